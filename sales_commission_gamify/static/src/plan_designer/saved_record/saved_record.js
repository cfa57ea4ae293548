import {Component, useEffect, useRef, useState} from "@odoo/owl";
import {RecordSelector} from "@web/core/record_selectors/record_selector";
import {useService} from "@web/core/utils/hooks";
import {sayError} from "../designer_model";

/** A record to choose, saved at once. */
export class SavedRecord extends Component {
    static template = "sales_commission_gamify.SavedRecord";
    static components = {RecordSelector};
    static props = {
        label: String,
        model: String,
        value: [Number, {value: false}],
        domain: {type: Array, optional: true},
        placeholder: {type: String, optional: true},
        readonly: {type: Boolean, optional: true},
        onSave: Function,
    };

    setup() {
        this.names = useService("name");
        this.root = useRef("root");
        this.state = useState({error: "", name: ""});
        useEffect(
            (input) => input?.setAttribute("aria-label", this.props.label),
            () => [this.root.el?.querySelector("input")],
        );
        useEffect(
            (value, readonly) => {
                if (value && readonly) {
                    this.loadName(value);
                }
            },
            () => [this.props.value, this.props.readonly],
        );
    }

    async loadName(id) {
        const names = await this.names.loadDisplayNames(this.props.model, [id]);
        this.state.name = typeof names[id] === "string" ? names[id] : "";
    }

    async update(id) {
        if (id === this.props.value) {
            return;
        }
        try {
            await this.props.onSave(id);
            this.state.error = "";
        } catch (error) {
            this.state.error = sayError(error);
        }
    }
}
