import {Component, onWillStart, onWillUpdateProps, useState} from "@odoo/owl";
import {registry} from "@web/core/registry";
import {useService} from "@web/core/utils/hooks";
import {standardWidgetProps} from "@web/views/widgets/standard_widget_props";

const MODULE = "sales_commission_gamify";

/** What an employee sells for, has reached and has won, on the employee's form. */
export class EmployeeCard extends Component {
    static template = "sales_commission_gamify.EmployeeCard";
    static props = {...standardWidgetProps};

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.state = useState({card: null, hasFailed: false});
        onWillStart(() => this.load(this.props.record.resId));
        onWillUpdateProps(async ({record}) => {
            if (record.resId !== this.employeeId) {
                await this.load(record.resId);
            }
        });
    }

    /** The form matters more: without an answer it says so and stays. */
    async load(employeeId) {
        this.employeeId = employeeId;
        let card = null;
        try {
            card =
                employeeId &&
                (await this.orm.silent.call(
                    "sales.commission.dashboard",
                    "get_employee_card",
                    [employeeId],
                ));
        } catch {
            card = null;
        }
        if (employeeId === this.employeeId) {
            Object.assign(this.state, {card, hasFailed: employeeId && !card});
        }
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
