import {registry} from "@web/core/registry";
import {stepUtils} from "@web_tour/tour_utils";

const row = (words) => `.o_list_view .o_data_row:contains('${words}')`;
const gone = (words) => `.o_list_view:not(:has(.o_data_row:contains('${words}')))`;
const openList = (item) => [
    ...stepUtils.goToAppSteps("sales_commission_gamify.menu_root", "Open Commissions"),
    {
        content: "Open Payout",
        trigger:
            ".o_menu_sections [data-menu-xmlid='sales_commission_gamify.menu_payout']",
        run: "click",
    },
    {
        content: `Open ${item}`,
        trigger: `.o-dropdown--menu [data-menu-xmlid='sales_commission_gamify.${item}']`,
        run: "click",
    },
];

// An accountant without sales rights works the list to its end, then proves the month.
registry.category("web_tour.tours").add("sales_commission_exceptions", {
    url: "/odoo",
    steps: () => [
        ...openList("menu_exception"),
        {
            content: "Retry what failed",
            trigger: `${row("unexpected")} button:contains('Retry')`,
            run: "click",
        },
        {
            content: "It is solved; compute what was never computed",
            trigger: `${gone("unexpected")} .o_data_row:contains('counts any line') button:contains('Compute')`,
            run: "click",
        },
        {
            content: "Set the salesperson that is missing",
            trigger: `${gone("counts any line")} .o_data_row button:contains('Set salesperson')`,
            run: "click",
        },
        {
            content: "On the invoice, the other tab has it",
            trigger:
                ".o_form_view .nav-link[name='other_info'], .o_form_view .nav-link[name='other_tab']",
            run: "click",
        },
        {
            content: "It is Ann's",
            trigger: ".o_field_widget[name=invoice_user_id] input",
            run: "edit Ann",
        },
        {
            content: "Choose her",
            trigger: ".o-autocomplete--dropdown-item:contains('Ann')",
            run: "click",
        },
        ...stepUtils.saveForm(),
        {
            content: "Back to the list",
            trigger: ".o_back_button",
            run: "click",
        },
        {
            content: "Choose Bob's house account",
            trigger: `${gone("has no salesperson")} .o_data_row:contains('Bob') .o_list_record_selector input`,
            run: "click",
        },
        {
            content: "Dismiss it",
            trigger: ".o_control_panel button[name=action_dismiss]",
            run: "click",
        },
        {
            content: "Say why",
            trigger: ".modal .o_field_widget[name=note] input",
            run: "edit House account",
        },
        {
            content: "It is dismissed",
            trigger: ".modal button[name=action_dismiss]",
            run: "click",
        },
        {
            content: "All is well",
            trigger: ".o_view_nocontent:contains('All is well')",
        },
        ...openList("menu_comparison"),
        {
            content: "Rebuild and compare",
            trigger: ".o_control_panel button:contains('Rebuild and compare')",
            run: "click",
        },
        {
            content: "This month",
            trigger: ".modal .o_field_widget[name=period_id] input",
            run: "click",
        },
        {
            content: "Choose it, once the periods are there",
            trigger: `.o-autocomplete--dropdown-item:not(:has(.fa-spin)):contains('${luxon.DateTime.now().year}')`,
            run: "click",
        },
        {
            content: "Compare",
            trigger: ".modal button[name=action_compare]",
            run: "click",
        },
        {
            content: "It is equal",
            trigger:
                ".o_form_view .alert-success:contains('equals a rebuild from the documents')",
        },
    ],
});
