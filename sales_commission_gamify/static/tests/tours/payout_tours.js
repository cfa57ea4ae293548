import {registry} from "@web/core/registry";

const isNow = (state) => ({
    content: `The statement is ${state}`,
    trigger: `.o_statusbar_status .o_arrow_button_current[data-value='${state}']`,
});

const click = (content, trigger) => ({content, trigger, run: "click"});

const openStatement = [
    {content: "The statements are listed", trigger: ".o_list_view"},
    click("Open the statement", ".o_data_row td[name=name]"),
    isNow("approved"),
    click("Post it", ".o_form_view button[name=action_post]"),
];

registry.category("web_tour.tours").add("sales_commission_post_and_pay", {
    url: "/odoo/commission-statements",
    steps: () => [
        ...openStatement,
        isNow("posted"),
        click("Pay it", ".o_form_view button[name=action_pay]"),
        click("Make the payment", ".modal button[name=action_create_payments]"),
        isNow("paid"),
        click("Open the entry", "button[name=action_view_move]"),
        {
            content: "It owes Ann 50",
            trigger:
                ".o_form_view:has(.o_arrow_button_current[data-value=posted]) .o_data_row:contains(Ann):contains('50.00')",
        },
    ],
});

registry.category("web_tour.tours").add("sales_commission_agents_bill", {
    url: "/odoo/commission-statements",
    steps: () => [
        ...openStatement,
        {
            content: "The bill is a draft",
            trigger: ".alert:contains('vendor bill is a draft')",
        },
        click("Open the bill", "button[name=action_view_move]:contains('Vendor Bill')"),
        click("Confirm it", ".o_form_view button[name=action_post]"),
        {
            content: "The bill is posted and knows its statement",
            trigger:
                ".o_form_view:has(.o_arrow_button_current[data-value=posted]) button[name=action_view_sales_commission_statements]:contains('1')",
        },
        click("Back to the statement", ".breadcrumb-item a:contains(COM/)"),
        isNow("posted"),
    ],
});
