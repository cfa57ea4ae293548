import {registry} from "@web/core/registry";

/** On a phone nothing may have to be pushed aside. */
const fits = (content) => ({
    content: `${content}: fits the screen`,
    trigger: "#wrap",
    run() {
        const {scrollWidth, clientWidth} = document.documentElement;
        if (scrollWidth > clientWidth) {
            throw new Error(`${content} is ${scrollWidth} wide, not ${clientWidth}`);
        }
    },
});

const click = (content, trigger) => ({
    content,
    trigger,
    run: "click",
    expectUnloadPage: true,
});

/** An agent without a place in the back office, on a phone: reads, accepts, asks,
 * redeems, and leaves the rankings. */
registry.category("web_tour.tours").add("sales_commission_portal", {
    url: "/my",
    steps: () => [
        {
            content: "The card says how many plans wait",
            trigger: "[data-placeholder_count='commission_accept_count']:contains('1')",
        },
        click("Open the card", ".o_portal_docs a[href='/my/commissions']"),
        {
            content: "Points are on top",
            trigger: ".o_portal_commission_points:contains('70')",
        },
        fits("My Commissions"),
        click("Read the plan", ".o_portal_commission_to_do a:contains('New business')"),
        fits("The plan"),
        click("Accept it", ".o_portal_commission_accept"),
        {content: "Accepted", trigger: "#wrap:contains('You accepted this plan on')"},
        click("Back", ".o_portal_submenu a[href='/my/commissions']"),
        {
            content: "Nothing is left to do",
            trigger: "#o_portal_commissions:not(:has(.o_portal_commission_to_do))",
        },
        click("See all deals", "a[aria-label='See all deals']"),
        {
            content: "Each says what it brought",
            trigger: ".o_portal_commission_deal_brings:contains('50.00')",
        },
        fits("Deals"),
        click("Back", ".o_portal_submenu a[href='/my/commissions']"),
        click("See all statements", "a[aria-label='See all statements']"),
        fits("Statements"),
        click(
            "Open the statement",
            ".o_portal_my_doc_table a:contains('January 2026')",
        ),
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
        fits("The statement"),
        click("Ask about its line", ".o_portal_commission_ask_line"),
        fits("The question"),
        {trigger: ".o_portal_commission_ask textarea", run: "edit It should be 80"},
        click("Send it", ".o_portal_commission_ask button[type=submit]"),
        {content: "It is sent", trigger: ".alert-success:contains('Sent')"},
        fits("The dispute"),
        click("Back", ".o_portal_submenu a[href='/my/commissions']"),
        click("To the leaderboard", ".o_portal_commission_leaderboard"),
        fits("The leaderboard"),
        click("Leave it", "button:contains('Do not show me in rankings')"),
        {
            content: "And the way back",
            trigger: "button:contains('Show me in rankings again')",
        },
        click("Back", ".o_portal_submenu a[href='/my/commissions']"),
        click("To the rewards", ".o_portal_commission_rewards"),
        fits("The rewards"),
        click("Choose one", ".o_portal_reward:contains(Coffee) .o_portal_redeem"),
        {trigger: "input[name=note]", run: "edit Large"},
        fits("The reward"),
        click("Redeem it", ".o_portal_redeem_confirm"),
        fits("What is redeemed"),
        click("Take it back", ".o_portal_redemption_cancel"),
        {trigger: ".badge:contains(Cancelled)"},
    ],
});
