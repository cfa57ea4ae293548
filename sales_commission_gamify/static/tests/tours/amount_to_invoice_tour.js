import {registry} from "@web/core/registry";

const click = (content, trigger) => ({content, trigger, run: "click"});

registry.category("web_tour.tours").add("sales_commission_amount_to_invoice", {
    url: "/odoo/commission-statements",
    steps: () => [
        {
            content: "The amount stands in the list",
            trigger: ".o_list_view .o_data_row:contains('50.00')",
        },
        click("First click: the statement", ".o_data_row td[name=name]"),
        click(
            "Second click: why",
            ".o_form_view .o_field_widget[name=line_ids] button[name=action_view_earnings]",
        ),
        {
            content: "The earning says how it was priced",
            trigger: ".o_list_view .o_data_row:contains('at 5 % =')",
        },
        click(
            "Third click: its credits",
            ".o_data_row button[name=action_view_credits]",
        ),
        {
            content: "The credit names the document",
            trigger: ".o_data_row:contains('INV/2026')",
        },
        click(
            "Fourth click: the document",
            ".o_data_row button[name=action_open_document]",
        ),
        {
            content: "It is the invoice of 1,000",
            trigger: ".o_form_view .o_field_widget[name=invoice_line_ids]",
        },
    ],
});
