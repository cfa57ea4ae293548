import {registry} from "@web/core/registry";

const back = {
    content: "Back to the page",
    trigger: ".o_breadcrumb a:contains('My Commissions')",
    run: "click",
};

registry.category("web_tour.tours").add("sales_commission_my_commissions", {
    url: "/odoo/my-commissions",
    steps: () => [
        {
            content: "What was earned",
            trigger: ".o_my_commissions_earned:contains('50.00')",
        },
        {
            content: "All of it is on a statement",
            trigger: ".o_my_commissions_to_pay:contains('50.00')",
        },
        {
            content: "Why",
            trigger: ".o_my_commissions_why:contains('1,000.00 at 5 %')",
        },
        {
            content: "What comes next",
            trigger:
                ".o_my_commissions_component:contains('1,000.00 more, and everything after that pays 10 %')",
        },
        {
            content: "Points",
            trigger: ".o_my_commissions_points:contains('10')",
        },
        {
            content: "Open a deal",
            trigger: ".o_my_commissions_deal:contains('1,000.00')",
            run: "click",
        },
        {
            content: "Its credits are listed",
            trigger: ".o_list_view .o_data_row .o_data_cell:contains('1,000.00')",
        },
        back,
        {
            content: "Open the statement",
            trigger: ".o_my_commissions_statement:contains('Confirmed')",
            run: "click",
        },
        {
            content: "It is confirmed",
            trigger: ".o_form_view .o_arrow_button_current[data-value='confirmed']",
        },
        back,
        {
            content: "Go to the month before",
            trigger: ".o_my_commissions_previous",
            run: "click",
        },
        {
            content: "Nothing was earned then",
            trigger: ".o_my_commissions_earned:not(:contains('50.00'))",
        },
        {
            content: "And forward again",
            trigger: ".o_my_commissions_next:enabled",
            run: "click",
        },
        {
            content: "The page is back, and there is no month to come",
            trigger:
                ".o_my_commissions:has(.o_my_commissions_next:disabled) " +
                ".o_my_commissions_earned:contains('50.00')",
        },
    ],
});
