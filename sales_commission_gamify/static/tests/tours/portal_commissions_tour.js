import {registry} from "@web/core/registry";

registry.category("web_tour.tours").add("sales_commission_portal", {
    url: "/my",
    steps: () => [
        {
            content: "Open the card",
            trigger: ".o_portal_docs a[href='/my/commissions']",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "Points are on top",
            trigger: ".o_portal_commission_points:contains('20')",
        },
        {
            content: "Open the statement",
            trigger: ".o_portal_commission_statement:contains('January 2026')",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "What it pays",
            trigger: ".o_portal_commission_totals:contains('75.00')",
        },
        {
            content: "Look behind it",
            trigger: ".o_portal_commission_documents",
            run: "click",
        },
        {
            content: "A document with its amount",
            trigger: ".o_portal_commission_line td:contains('1,000.00')",
        },
    ],
});
