import {registry} from "@web/core/registry";

registry.category("web_tour.tours").add("sales_commission_what_would_i_earn", {
    url: "/my/commissions",
    steps: () => [
        {
            content: "It is folded away",
            trigger: ".o_what_fold[aria-expanded=false]",
            run: "click",
        },
        {
            content: "Nothing more yet",
            trigger: ".o_what_more:contains('0.00')",
        },
        {
            content: "What is no number is said so",
            trigger: ".o_what_amount",
            run: "edit much more",
        },
        {
            content: "At the field",
            trigger: ".o_what_error:contains('is not a number')",
        },
        {
            content: "2,000 more",
            trigger: ".o_what_amount",
            run: "edit 2,000",
        },
        {
            content: "5 % of it",
            trigger: ".o_what_more:contains('100.00')",
        },
        {
            content: "Drawn, too",
            trigger: ".o_more_curve canvas",
        },
        {
            content: "Start over",
            trigger: ".o_what_start_over",
            run: "click",
        },
        {
            content: "Nothing more again",
            trigger: ".o_what_more:contains('0.00'):not(:contains('100.00'))",
        },
    ],
});
