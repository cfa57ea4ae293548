import {registry} from "@web/core/registry";
import {stepUtils} from "@web_tour/tour_utils";

const rate = (row, name) =>
    `.o_designer_rates tbody tr:nth-child(${row}) .o_designer_${name} input`;

registry.category("web_tour.tours").add("sales_commission_plan_designer", {
    steps: () => [
        ...stepUtils.goToAppSteps("sales_commission_gamify.menu_root", "The app"),
        {
            content: "Open the plans",
            trigger: "[data-menu-xmlid='sales_commission_gamify.menu_plans']",
            run: "click",
        },
        {
            content: "A new plan",
            trigger: "[data-menu-xmlid='sales_commission_gamify.menu_designer']",
            run: "click",
        },
        {
            content: "Name it",
            trigger: ".o_designer_name input",
            run: "edit Field sales, tiered && press Enter",
        },
        {
            content: "It is a draft now",
            trigger: ".o_designer_head .badge:contains('Draft')",
        },
        {
            content: "Begin with steps",
            trigger: "[data-starter='tiered']",
            run: "click",
        },
        {
            content: "The curve is drawn",
            trigger: ".o_designer_card canvas",
        },
        {
            content: "Try it",
            trigger: ".o_designer_try input",
            run: "edit 30000",
        },
        {
            content: "300 + 750 + 400",
            trigger: ".o_designer_total_amount:contains('1,450.00')",
        },
        {
            content: "Why",
            trigger: ".o_designer_why li:contains('10,000.00 at 3 %')",
        },
        {
            content: "Change a rate",
            trigger: rate(2, "pay"),
            run: "edit 6 && press Tab",
        },
        {
            content: "It is priced anew: 150 more",
            trigger: ".o_designer_total_amount:contains('1,600.00')",
        },
        {
            content: "Add a step that starts where another does",
            trigger: ".o_designer_add_rate",
            run: "click",
        },
        {
            content: "Its bound",
            trigger: rate(4, "bound"),
            run: "edit 10000 && press Tab",
        },
        {
            content: "It is refused where it was typed",
            trigger:
                ".o_designer_rates tbody tr:nth-child(4) .o_designer_error:contains('keep one of them')",
        },
        {
            content: "Mend it",
            trigger: rate(4, "bound"),
            run: "edit 50000 && press Enter",
        },
        {
            content: "It is saved",
            trigger: ".o_designer_rates:not(:has(.o_designer_error))",
        },
        {
            content: "What it pays",
            trigger:
                ".o_designer_rates tbody tr:nth-child(4) [id^='rate_value_']:not([id$='new'])",
            run: "edit 10 && press Tab",
        },
        {
            content: "The legend says so",
            trigger: ".o_designer_legend li:contains('10 % from')",
        },
        {
            content: "Publish",
            trigger: ".o_designer_publish",
            run: "click",
        },
        {
            content: "Yes",
            trigger: ".modal .btn-primary:contains('Publish')",
            run: "click",
        },
        {
            content: "Nothing can be edited any more",
            trigger:
                ".o_designer:has(.o_designer_banner):not(:has(.o_designer_rates input))",
        },
    ],
});
