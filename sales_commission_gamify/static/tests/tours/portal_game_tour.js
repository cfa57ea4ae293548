import {registry} from "@web/core/registry";

registry.category("web_tour.tours").add("sales_commission_portal_game", {
    steps: () => [
        {
            trigger: ".o_portal_commission_points_page",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "the history says what brought the points",
            trigger: ".o_portal_point:contains(Dot's sale 5)",
        },
        {
            content: "on to the challenges",
            trigger: ".o_portal_challenges_link",
            run: "click",
            expectUnloadPage: true,
        },
        {
            trigger: ".o_portal_challenge:contains(Sprint)",
            run: "click",
            expectUnloadPage: true,
        },
        {
            trigger: ".o_portal_challenge_join",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "joined: who takes part can leave",
            trigger: "button:contains(Leave)",
        },
        {
            trigger: ".breadcrumb a[href='/my/commissions']",
            run: "click",
            expectUnloadPage: true,
        },
        {
            trigger: ".o_portal_commission_points_page",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "thanks to the manager",
            trigger: ".o_portal_thanks_link",
            run: "click",
            expectUnloadPage: true,
        },
        {trigger: "select[name=receiver]", run: "selectByLabel Max"},
        {trigger: "input[name=points]", run: "edit 15"},
        {trigger: "textarea[name=message]", run: "edit Always there to ask"},
        {
            trigger: ".o_portal_thanks_send",
            run: "click",
            expectUnloadPage: true,
        },
        {trigger: ".o_portal_thanks_sent"},
        {trigger: ".o_portal_thanks:contains(Always there to ask)"},
        {
            content: "and a reward",
            trigger: ".o_portal_rewards_link",
            run: "click",
            expectUnloadPage: true,
        },
        {
            trigger: ".o_portal_reward:contains(Coffee) .o_portal_redeem",
            run: "click",
            expectUnloadPage: true,
        },
        {
            trigger: ".o_portal_redeem_confirm",
            run: "click",
            expectUnloadPage: true,
        },
        {trigger: "#wrap:contains(Coffee)"},
    ],
});
