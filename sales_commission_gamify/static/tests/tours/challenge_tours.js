import {registry} from "@web/core/registry";
import {stepUtils} from "@web_tour/tour_utils";

registry.category("web_tour.tours").add("sales_commission_challenge_join", {
    url: "/odoo/challenges",
    steps: () => [
        {
            content: "A rep is invited",
            trigger: ".o_kanban_record:contains(Race) button:contains(Take Part)",
            run: "click",
        },
        {
            content: "and takes part",
            trigger:
                ".o_kanban_record:contains(Race):not(:has(button:contains(Take Part)))",
            run: "click",
        },
        {
            content: "The page tells the own place and the way to the goal",
            trigger: ".o_challenge_own .o_challenge_place:contains(1)",
        },
        {
            content: "Nothing can be entered",
            trigger: ".o_field_widget[name=goal].o_readonly_modifier, .o_form_readonly",
        },
    ],
});

registry.category("web_tour.tours").add("sales_commission_challenge_won", {
    url: "/odoo/challenges",
    steps: () => [
        {
            content: "The card says it",
            trigger:
                ".o_kanban_record:contains(Race) .o_challenge_standing:contains(You have won)",
            run: "click",
        },
        {
            content: "so does the page, with the winner's cup",
            trigger: ".o_challenge_own:contains(You have won)",
        },
        {trigger: ".o_challenge_me .fa-trophy"},
    ],
});

registry.category("web_tour.tours").add("sales_commission_challenge_league", {
    url: "/odoo/challenge-templates",
    steps: () => [
        {
            content: "A manager starts from a template",
            trigger: ".o_challenge_template[data-key=league]",
            run: "click",
        },
        {
            content: "The people whom he leads are in it",
            trigger: ".o_field_widget[name=participant_ids]:contains(Ann)",
        },
        {
            trigger:
                ".o_field_widget[name=name] input, .o_field_widget[name=name] textarea",
            run: "edit League of the south",
        },
        {
            trigger: ".o_field_widget[name=prize_points] input",
            run: "edit 100",
        },
        ...stepUtils.saveForm(),
        {
            content: "and schedules it",
            trigger: "button[name=action_schedule]",
            run: "click",
        },
        {
            trigger: ".o_statusbar_status .o_arrow_button_current:contains(Scheduled)",
        },
    ],
});

registry.category("web_tour.tours").add("sales_commission_leaderboard", {
    url: "/odoo/leaderboard",
    steps: () => [
        {trigger: ".o_leaderboard_own .o_leaderboard_place:contains(2)"},
        {trigger: ".o_leaderboard_way:contains(more and you are among)"},
        {trigger: ".o_leaderboard_row:contains(Bob)"},
        {
            content: "By team",
            trigger: ".o_leaderboard_teams",
            run: "click",
        },
        {trigger: ".o_leaderboard_row:contains(No team)"},
        {trigger: ".o_leaderboard_payees", run: "click"},
        {
            content: "Over the year",
            trigger: ".o_leaderboard_kind",
            run: "select year",
        },
        {trigger: ".o_leaderboard_row:contains(Ann)"},
        {
            content: "Not shown in rankings: sees the own place only",
            trigger: ".o_leaderboard_hide",
            run: "click",
        },
        {trigger: ".o_leaderboard_rows:not(:contains(Bob))"},
        {trigger: ".o_leaderboard_show", run: "click"},
        {trigger: ".o_leaderboard_row:contains(Bob)"},
    ],
});
