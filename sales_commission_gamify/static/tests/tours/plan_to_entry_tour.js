import {registry} from "@web/core/registry";
import {stepUtils} from "@web_tour/tour_utils";

const menu = (section, item) => [
    {
        content: `Open ${section}`,
        trigger: `.o_menu_sections [data-menu-xmlid='sales_commission_gamify.${section}']`,
        run: "click",
    },
    {
        content: `Open ${item}`,
        trigger: `.o-dropdown--menu [data-menu-xmlid='sales_commission_gamify.${item}']`,
        run: "click",
    },
];

const statementStep = (button, nextState) => [
    {
        content: `${button} the statement`,
        trigger: `.o_form_view button[name='${button}']`,
        run: "click",
    },
    {
        content: `It is ${nextState}`,
        trigger: `.o_statusbar_status .o_arrow_button_current[data-value='${nextState}']`,
    },
];

registry.category("web_tour.tours").add("sales_commission_plan_to_entry", {
    url: "/odoo",
    steps: () => [
        ...stepUtils.goToAppSteps(
            "sales_commission_gamify.menu_root",
            "Open Commissions",
        ),
        ...menu("menu_plans", "menu_plan"),
        {
            content: "Make a plan",
            trigger: ".o_list_button_add",
            run: "click",
        },
        {
            content: "Name it",
            trigger: ".o_form_view .o_field_widget[name=name] input",
            run: "edit Tour plan",
        },
        {
            content: "Add a component",
            trigger:
                ".o_field_widget[name=component_ids] .o_field_x2many_list_row_add a",
            run: "click",
        },
        {
            content: "Name the component",
            trigger: ".modal .o_field_widget[name=name] input",
            run: "edit Invoiced",
        },
        {
            content: "It starts with a rate of 5 %",
            trigger: ".modal .o_field_widget[name=rate_ids] .o_data_row:contains(5.00)",
        },
        {
            content: "Save the component",
            trigger: ".modal .o_form_button_save",
            run: "click",
        },
        {
            content: "Go to the payees",
            trigger: "body:not(:has(.modal)) .o_notebook a[name=payees]",
            run: "click",
        },
        {
            content: "Add a payee",
            trigger:
                ".o_field_widget[name=assignment_ids] .o_field_x2many_list_row_add a",
            run: "click",
        },
        {
            content: "Look for Ann",
            trigger:
                ".o_field_widget[name=assignment_ids] .o_selected_row [name=employee_id] input",
            run: "edit Ann",
        },
        {
            content: "Choose Ann",
            trigger: ".o-autocomplete--dropdown-item:contains(Ann)",
            run: "click",
        },
        {
            content: "Publish",
            trigger: "button[name=action_publish]",
            run: "click",
        },
        {
            content: "Yes, publish",
            trigger: ".modal-footer .btn-primary",
            run: "click",
        },
        {
            content: "The plan is published",
            trigger:
                ".o_statusbar_status .o_arrow_button_current[data-value='published']",
        },
        ...stepUtils.goToAppSteps("account.menu_finance", "Open Invoicing"),
        {
            content: "Open the customers' documents",
            trigger:
                ".o_menu_sections [data-menu-xmlid='account.menu_finance_receivables']",
            run: "click",
        },
        {
            content: "Open the invoices",
            trigger:
                ".o-dropdown--menu [data-menu-xmlid='account.menu_action_move_out_invoice_type']",
            run: "click",
        },
        {
            content: "Open the draft invoice",
            trigger:
                ".o_data_row:contains(Draft) [name=partner_id], .o_data_row td[name=name]",
            run: "click",
        },
        {
            content: "Validate it",
            trigger: ".o_form_view button[name=action_post]",
            run: "click",
        },
        {
            content: "See what it credited",
            trigger: "button[name=action_view_sales_commission_credits]",
            run: "click",
        },
        {
            content: "1,000 are credited to Ann",
            trigger: ".o_list_view .o_data_row:contains(Ann):contains('1,000.00')",
        },
        ...stepUtils.goToAppSteps(
            "sales_commission_gamify.menu_root",
            "Open Commissions",
        ),
        ...menu("menu_payout", "menu_period"),
        {
            content: "Compute the month's statements",
            trigger: ".o_data_row button[name=action_compute_statements]",
            run: "click",
        },
        {
            content: "Open Ann's statement",
            trigger: ".o_data_row:contains('50.00') td[name=name]",
            run: "click",
        },
        ...statementStep("action_confirm", "confirmed"),
        ...statementStep("action_approve", "approved"),
        ...statementStep("action_post", "posted"),
        {
            content: "Open the journal entry",
            trigger: "button[name=action_view_move]",
            run: "click",
        },
        {
            content: "It is posted and owes Ann 50",
            trigger:
                ".o_form_view:has(.o_arrow_button_current[data-value=posted]) .o_data_row:contains(Ann):contains('50.00')",
        },
    ],
});
