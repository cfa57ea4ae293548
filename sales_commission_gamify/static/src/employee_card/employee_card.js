import {Component, onWillUpdateProps, useState} from "@odoo/owl";
import {
    PageError,
    PageLoading,
    useFirstLoad,
} from "@sales_commission_gamify/page_state/page_state";
import {registry} from "@web/core/registry";
import {useService} from "@web/core/utils/hooks";
import {standardWidgetProps} from "@web/views/widgets/standard_widget_props";

const MODULE = "sales_commission_gamify";

/** What an employee sells for, has reached and has won, on the employee's form. */
export class EmployeeCard extends Component {
    static template = "sales_commission_gamify.EmployeeCard";
    static components = {PageError, PageLoading};
    static props = {...standardWidgetProps};

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.employeeId = this.props.record.resId;
        this.state = useState({card: null, error: null});
        useFirstLoad(() => this.load());
        onWillUpdateProps(({record}) => {
            if (record.resId !== this.employeeId) {
                this.employeeId = record.resId;
                this.load();
            }
        });
    }

    /** Whatever comes of it, the form is there: it never waits for the answer. */
    async load() {
        const {employeeId} = this;
        Object.assign(this.state, {card: null, error: null});
        if (!employeeId) {
            return;
        }
        const found = {};
        try {
            found.card = await this.orm.silent.call(
                "sales.commission.dashboard",
                "get_employee_card",
                [employeeId],
            );
        } catch (error) {
            found.error = error;
        }
        // somebody else's form may be open by now
        if (employeeId === this.employeeId) {
            Object.assign(this.state, found);
        }
    }

    get isLoading() {
        return Boolean(this.employeeId) && !this.state.card && !this.state.error;
    }

    openPage() {
        return this.action.doAction(`${MODULE}.payee_commissions_action`, {
            additionalContext: {active_id: this.employeeId},
        });
    }

    openPlan(plan) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "sales.commission.plan",
            res_id: plan.plan_id,
            views: [[false, "form"]],
        });
    }

    openPlans() {
        return this.action.doAction(`${MODULE}.sales_commission_plan_action`);
    }
}

registry
    .category("view_widgets")
    .add("sales_commission_employee_card", {component: EmployeeCard});
