import {registry} from "@web/core/registry";

registry.category("web_tour.tours").add("sales_commission_order_preview", {
    steps: () => [
        {
            content: "What the quotation brings as it was saved",
            trigger: ".o_sales_commission_amount:contains('50.00')",
        },
        {
            content: "Open the price",
            trigger: ".o_field_widget[name=order_line] td[name=price_unit]",
            run: "click",
        },
        {
            content: "Give way on the price",
            trigger: ".o_field_widget[name=order_line] [name=price_unit] input",
            run: "edit 800 && press Tab",
        },
        {
            content: "It brings less, though nothing is saved",
            trigger: ".o_sales_commission_amount:contains('40.00')",
        },
        {
            content: "It is not saved",
            trigger: ".o_form_status_indicator_buttons:not(.invisible)",
        },
        {
            content: "What it does to the period",
            trigger: ".o_sales_commission_preview button:contains('Details')",
            run: "click",
        },
        {
            content: "The components",
            trigger: ".o_sales_commission_components li:contains('40.00')",
        },
        {
            content: "Save",
            trigger: ".o_form_button_save",
            run: "click",
        },
        {
            content: "Saved",
            trigger: ".o_form_saved",
        },
    ],
});
