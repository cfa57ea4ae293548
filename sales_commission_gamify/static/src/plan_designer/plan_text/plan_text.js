import {Component, useEffect, useState} from "@odoo/owl";
import {KeepLast} from "@web/core/utils/concurrency";
import {useDebounced} from "@web/core/utils/timing";
import {sayError} from "../designer_model";

/** The plan as payees read it, written by the server from the rules. */
export class PlanText extends Component {
    static template = "sales_commission_gamify.PlanText";
    static props = {model: Object};

    setup() {
        this.keepLast = new KeepLast();
        this.state = useState({html: "", error: ""});
        this.loadLater = useDebounced(() => this.load(), 400);
        useEffect(
            () => {
                this.loadLater();
            },
            () => [this.props.model.revision],
        );
    }

    async load() {
        try {
            this.state.html = await this.keepLast.add(this.props.model.getText());
            this.state.error = "";
        } catch (error) {
            this.state.error = sayError(error);
        }
    }
}
