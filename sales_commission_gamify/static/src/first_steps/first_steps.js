import {Component, onWillStart, useState} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {useService} from "@web/core/utils/hooks";

const MODEL = "sales.commission.first.steps";

/** From an empty company to its first commission; gone once all of it is done. */
export class FirstSteps extends Component {
    static template = "sales_commission_gamify.FirstSteps";
    static props = {};

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.state = useState({steps: [], company: "", isBusy: false});
        this.doneText = _t("Done");
        this.openText = _t("To do");
        onWillStart(() => this.load());
    }

    /** What it stands above matters more: without an answer there is no panel. */
    async load() {
        let answer = false;
        try {
            answer = await this.orm.silent.call(MODEL, "get_first_steps", []);
        } catch {
            answer = false;
        }
        Object.assign(this.state, answer || {steps: []});
    }

    get doneCount() {
        return this.state.steps.filter(({done}) => done).length;
    }

    async run(method) {
        if (this.state.isBusy) {
            return;
        }
        this.state.isBusy = true;
        try {
            const action = await this.orm.call(MODEL, method, []);
            if (action?.type) {
                await this.action.doAction(action);
            } else {
                await this.load();
            }
        } finally {
            this.state.isBusy = false;
        }
    }
}
