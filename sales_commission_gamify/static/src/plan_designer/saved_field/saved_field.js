import {Component, onWillUpdateProps, useState} from "@odoo/owl";
import {DateTimeInput} from "@web/core/datetime/datetime_input";
import {deserializeDate, formatDate, serializeDate} from "@web/core/l10n/dates";
import {_t} from "@web/core/l10n/translation";
import {formatFloat} from "@web/core/utils/numbers";
import {parseFloat} from "@web/views/fields/parsers";
import {sayError} from "../designer_model";

/** One figure, text, date or choice that is saved when it is left. A refusal is shown
 * below it, and what was typed stays so that it can be mended. */
export class SavedField extends Component {
    static template = "sales_commission_gamify.SavedField";
    static components = {DateTimeInput};
    static props = {
        id: String,
        label: String,
        kind: {type: String, optional: true},
        value: {optional: true},
        options: {type: Array, optional: true},
        empty: {type: String, optional: true},
        hideLabel: {type: Boolean, optional: true},
        help: {type: [String, Boolean], optional: true},
        placeholder: {type: String, optional: true},
        className: {type: String, optional: true},
        inputClass: {type: String, optional: true},
        readonly: {type: Boolean, optional: true},
        unit: {type: String, optional: true},
        zeroIsEmpty: {type: Boolean, optional: true},
        onSave: Function,
        onKey: {type: Function, optional: true},
    };
    static defaultProps = {kind: "text", options: []};

    setup() {
        this.state = useState({text: this.format(this.props), error: "", busy: false});
        onWillUpdateProps((next) => {
            const text = this.format(next);
            if (!this.state.error && text !== this.format(this.props)) {
                this.state.text = text;
            }
        });
    }

    format({kind, value, zeroIsEmpty}) {
        if (kind === "number") {
            const isEmpty =
                value === null || value === undefined || (zeroIsEmpty && !value);
            return isEmpty
                ? ""
                : formatFloat(value, {digits: [16, 6], trailingZeros: false});
        }
        return value || "";
    }

    get date() {
        return this.props.value ? deserializeDate(this.props.value) : false;
    }

    get shown() {
        const {kind, options, value, empty} = this.props;
        if (kind === "select") {
            return options.find(([key]) => key === value)?.[1] || empty || "";
        }
        if (kind === "date") {
            return this.date ? formatDate(this.date) : "";
        }
        return this.format(this.props);
    }

    get errorId() {
        return `${this.props.id}_error`;
    }

    /** A number as the reader's language writes it, or nothing when it is none. */
    parse(text) {
        if (this.props.kind !== "number") {
            return text;
        }
        return text.trim() ? parseFloat(text) : 0;
    }

    onInput(ev) {
        this.state.text = ev.target.value;
    }

    async onChange(ev) {
        const text = ev.target.value;
        this.state.text = text;
        try {
            this.parse(text);
        } catch {
            this.state.error = _t("“%s” is not a number.", text);
            return;
        }
        await this.save(this.parse(text));
    }

    onDate(date) {
        return this.save(date ? serializeDate(date) : false);
    }

    async save(value) {
        this.state.busy = true;
        try {
            await this.props.onSave(value);
            this.state.error = "";
            this.state.text = this.format({...this.props, value});
        } catch (error) {
            this.state.error = sayError(error);
        }
        this.state.busy = false;
    }

    onKeydown(ev) {
        if (ev.key === "Escape" && this.state.text !== this.format(this.props)) {
            ev.stopPropagation();
            this.state.text = this.format(this.props);
            this.state.error = "";
            ev.target.value = this.state.text;
        }
        this.props.onKey?.(ev);
    }
}
