import {Component} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {SavedField} from "../saved_field/saved_field";

// How long a part is held back until another time is typed in.
const HELD_DAYS = 30;
const COLORS = {draft: "info", published: "success", closed: "secondary"};

/** What the plan is called, when it runs and who takes part. */
export class PlanHead extends Component {
    static template = "sales_commission_gamify.PlanHead";
    static components = {SavedField};
    static props = {model: Object, onPayees: Function};

    get model() {
        return this.props.model;
    }

    get plan() {
        return this.model.plan || {name: "", state: "draft"};
    }

    get badge() {
        return `text-bg-${COLORS[this.plan.state]}`;
    }

    get payeesText() {
        const count = this.plan.payee_count;
        return count === 1 ? _t("1 payee") : _t("%s payees", count);
    }

    label(name) {
        return this.model.field("plan", name).string;
    }

    save(name, value) {
        return this.model.savePlan({[name]: value});
    }

    saveHeld(percent) {
        const days = this.plan.held_days || HELD_DAYS;
        return this.props.model.savePlan({
            held_percent: percent,
            held_days: percent ? days : 0,
        });
    }

    saveName(name) {
        return this.save("name", name.trim());
    }
}
