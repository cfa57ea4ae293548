import {registry} from "@web/core/registry";
import {stepUtils} from "@web_tour/tour_utils";

const current = (step) => `.o_scg_close_step.o_scg_current[data-step=${step}]`;
const press = (button, step, words) => [
    {
        content: `${button}: the step that is due`,
        trigger: `.o_form_view:has(${current(step)}) button.btn-primary[name=${button}]`,
        run: "click",
    },
    {
        content: "Yes",
        trigger: ".modal-footer .btn-primary",
        run: "click",
    },
    {
        content: `It says ${words}`,
        trigger: `body:not(:has(.modal)) .o_scg_close_bar:contains('${words}')`,
    },
];

// From the checklist to the locked month, by somebody who confirms and approves.
registry.category("web_tour.tours").add("sales_commission_close_month", {
    url: "/odoo",
    steps: () => [
        ...stepUtils.goToAppSteps(
            "sales_commission_gamify.menu_root",
            "Open Commissions",
        ),
        {
            content: "Open Payout",
            trigger:
                ".o_menu_sections [data-menu-xmlid='sales_commission_gamify.menu_payout']",
            run: "click",
        },
        {
            content: "Open the pay periods",
            trigger:
                ".o-dropdown--menu [data-menu-xmlid='sales_commission_gamify.menu_period']",
            run: "click",
        },
        {
            content: "Open October",
            trigger: ".o_list_view .o_data_row td[name=name]:contains('October 2026')",
            run: "click",
        },
        {
            content: "A document stands in the way",
            trigger: ".o_scg_check[data-check=documents]:contains('Hint') button",
            run: "click",
        },
        {
            content: "It is in the list",
            trigger: ".o_list_view .o_data_row:contains('has no salesperson')",
        },
        {
            content: "Back to the month",
            trigger: ".o_back_button",
            run: "click",
        },
        {
            content: "Compute",
            trigger: `.o_form_view:has(${current("compute")}) button.btn-primary[name=action_compute_statements]`,
            run: "click",
        },
        {
            content: "Beside the last period",
            trigger:
                ".o_list_view:has(th[data-name=amount_difference]) .o_data_row:contains('Ann'):contains('50.00')",
        },
        {
            content: "Back to the month",
            trigger: ".o_back_button",
            run: "click",
        },
        ...press("action_start_closing", "review", "0 of 2 confirmed"),
        ...press("action_confirm_all", "review", "2 of 2 confirmed"),
        ...press("action_approve_all", "approve", "2 of 2 approved"),
        ...press("action_post_all", "post", "2 of 2 posted"),
        ...press("action_lock", "lock", "Locked"),
        {
            content: "The checklist is gone",
            trigger: ".o_form_view:not(:has(.o_scg_checks))",
        },
        {
            content: "Who did what",
            trigger: ".o_notebook a[name=rounds]",
            run: "click",
        },
        {
            content: "Three steps were taken",
            trigger: ".o_field_widget[name=round_ids] .o_data_row:nth-child(3)",
        },
    ],
});
