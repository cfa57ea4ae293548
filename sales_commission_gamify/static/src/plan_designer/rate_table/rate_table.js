import {Component, onPatched, useRef, useState} from "@odoo/owl";
import {getCurrency} from "@web/core/currency";
import {_t} from "@web/core/l10n/translation";
import {sayError} from "../designer_model";
import {SavedField} from "../saved_field/saved_field";

/** The steps of one level, edited in place. Enter goes to the row below and adds one
 * after the last; the arrow keys move between rows. */
export class RateTable extends Component {
    static template = "sales_commission_gamify.RateTable";
    static components = {SavedField};
    static props = {model: Object, card: Object, level: Number};

    setup() {
        this.root = useRef("root");
        this.state = useState({draft: null, error: "", message: ""});
        this.focusOn = null;
        onPatched(() => this.focusWanted());
    }

    get model() {
        return this.props.model;
    }

    get readonly() {
        return !this.model.canEdit;
    }

    get rates() {
        return this.props.card.rates.filter(({level}) => level === this.props.level);
    }

    get rows() {
        const {draft} = this.state;
        return draft ? [...this.rates, draft] : this.rates;
    }

    get boundLabel() {
        return _t("From (%s)", this.unitText);
    }

    get unitText() {
        const unit = this.props.card.curve_unit;
        if (unit === "money") {
            return getCurrency(this.model.currencyId)?.symbol || "";
        }
        if (unit === "percent") {
            return "%";
        }
        return this.props.card.lookup === "count" ? _t("sales") : _t("count");
    }

    valueUnit(rate) {
        return ["percent", "target_percent"].includes(rate.kind)
            ? "%"
            : getCurrency(this.model.currencyId)?.symbol || "";
    }

    key(rate) {
        return `${this.props.card.id}_${rate.id || "new"}`;
    }

    choices(name) {
        return this.model.field("rate", name).selection;
    }

    label(rate, text) {
        const number = this.rows.indexOf(rate) + 1;
        return _t("%(what)s of step %(number)s", {what: text, number});
    }

    get labels() {
        return {
            bound: _t("From"),
            value: _t("Pay"),
            kind: _t("Kind of pay"),
            application: _t("Paid on"),
            delete: _t("Delete"),
        };
    }

    values(rate, name, value) {
        return name === "value" ? {[rate.kind]: value} : {[name]: value};
    }

    /** A new step is saved once it has a bound, which makes it one. */
    async save(rate, name, value) {
        const values = this.values(rate, name, value);
        if (name === "kind") {
            values[value] = rate[rate.kind] || 0;
        }
        if (rate.id) {
            await this.model.saveRate(this.props.card, [1, rate.id, values]);
            return;
        }
        Object.assign(this.state.draft, values);
        if (name !== "bound") {
            return;
        }
        const {kind, level, application, bound} = this.state.draft;
        const step = {bound, kind, level, application, [kind]: this.state.draft[kind]};
        await this.model.saveRate(this.props.card, [0, 0, step]);
        this.state.draft = null;
        const saved = this.rates.find((one) => one.bound === bound);
        this.focusOn = saved && {key: this.key(saved), column: "value"};
        this.focusWanted();
    }

    add() {
        const last = this.rates.at(-1);
        const kind = last?.kind || "percent";
        this.state.draft ||= {
            id: 0,
            bound: null,
            kind,
            level: this.props.level,
            application: last?.application || false,
            [kind]: last ? last[kind] : 5,
        };
        this.focusOn = {key: this.key(this.state.draft), column: "bound"};
        this.focusWanted();
    }

    get nextBound() {
        const last = this.rates.at(-1);
        const next = last ? last.bound * 2 || this.props.card.next_bound : 0;
        return _t("e.g. %s", next);
    }

    async remove(rate) {
        this.state.error = "";
        if (!rate.id) {
            this.state.draft = null;
            return;
        }
        const index = this.rates.indexOf(rate);
        try {
            await this.model.saveRate(this.props.card, [2, rate.id]);
        } catch (error) {
            this.state.error = sayError(error);
            return;
        }
        this.state.message = _t("Step deleted.");
        const near = this.rates[Math.max(index - 1, 0)];
        this.focusOn = near && {key: this.key(near), column: "bound"};
        this.focusWanted();
    }

    focusWanted() {
        const {key, column} = this.focusOn || {};
        const input = key && this.root.el?.querySelector(`#rate_${column}_${key}`);
        if (input) {
            input.focus();
            input.select?.();
            this.focusOn = null;
        }
    }

    onKey(rate, column, ev) {
        const isSelect = ev.target.tagName === "SELECT";
        const step = {ArrowDown: 1, ArrowUp: -1, Enter: 1}[ev.key];
        if (!step || (isSelect && ev.key !== "Enter")) {
            return;
        }
        ev.preventDefault();
        const next = this.rows[this.rows.indexOf(rate) + step];
        if (next) {
            this.focusOn = {key: this.key(next), column};
            this.focusWanted();
        } else if (ev.key === "Enter" && rate.id) {
            ev.target.blur();
            this.add();
        } else if (ev.key === "Enter") {
            ev.target.blur();
        }
    }
}
