import {registry} from "@web/core/registry";

registry.category("web_tour.tours").add("sales_commission_program", {
    url: "/odoo/commission-program",
    steps: () => [
        {
            content: "An officer sees who looks at the own figures",
            trigger: ".o_program_adoption .o_program_figure:contains(50 %)",
        },
        {trigger: ".o_program_exceptions .o_program_small_figure:not(:has(.fa-spin))"},
        {
            content: "of one team alone",
            trigger: ".o_program_team",
            run: "selectByLabel North",
        },
        {trigger: ".o_program_adoption .o_program_figure:contains(100 %)"},
        {
            trigger: ".o_program_team",
            run: "selectByLabel All teams",
        },
        {
            content: "The figures of a chart are there as a table",
            trigger: ".o_program_performance summary",
            run: "click",
        },
        {trigger: ".o_program_performance th:contains(Ann)"},
        {
            content: "What a plan costs leads to its earnings",
            trigger: ".o_program_plans button:contains(New business)",
            run: "click",
        },
        {trigger: ".o_list_view .o_data_row:contains(Ann)"},
        {
            content: "and back",
            trigger: ".o_back_button",
            run: "click",
        },
        {
            content: "Who has not looked",
            trigger: ".o_program_missing",
            run: "click",
        },
        {trigger: ".o_list_view .o_data_row:contains(Bob)"},
    ],
});

registry.category("web_tour.tours").add("sales_commission_my_team", {
    url: "/odoo/commission-team",
    steps: () => [
        {
            content: "A lead sees who sells",
            trigger: ".o_my_team_row:contains(Ann)",
        },
        {
            content: "and who is stuck",
            trigger: ".o_my_team_filter_stuck",
            run: "click",
        },
        {trigger: ".o_my_team_row:contains(Eva) .o_my_team_stuck"},
        {
            content: "writes to her",
            trigger: ".o_my_team_row:contains(Eva) .o_my_team_nudge",
            run: "click",
        },
        {
            trigger: ".o_nudge_message",
            run: "edit How can I help?",
        },
        {trigger: ".o_nudge_send:enabled", run: "click"},
        {trigger: ".o_notification:contains(Eva has your message)"},
        {trigger: ".o_my_team_filter_all", run: "click"},
        {
            content: "thanks who sells",
            trigger: ".o_my_team_row:contains(Ann) .o_my_team_recognize",
            run: "click",
        },
        {
            content: "who is already chosen",
            trigger: ".modal .o_field_widget[name=employee_id] input:value(Ann)",
        },
        {
            trigger: ".modal .o_field_widget[name=message] textarea",
            run: "edit Well done",
        },
        {trigger: ".modal footer button:contains(Send)", run: "click"},
        {
            content: "and sees what she sees",
            trigger: "body:not(:has(.modal)) .o_my_team_open:contains(Ann)",
            run: "click",
        },
        {trigger: ".o_my_commissions_of_other"},
        {trigger: ".o_my_commissions h1:contains(Ann)"},
        {trigger: ".o_my_commissions:not(:has(.o_my_commissions_missing))"},
    ],
});

const lastMonth = () =>
    luxon.DateTime.now().minus({months: 1}).startOf("month").toFormat("MM/dd/yyyy");

registry.category("web_tour.tours").add("sales_commission_simulator", {
    steps: () => [
        {
            content: "Press What If on the plan's form",
            trigger: ".o_form_view button[name=action_what_if]",
            run: "click",
        },
        {
            content: "A scenario about this plan, in place of the version before it",
            trigger: ".o_field_widget[name=replaced_id] input:value('New business')",
        },
        {
            content: "Choose the first month",
            trigger: ".o_field_widget[name=date_from] button",
            run: "click",
        },
        {
            content: "The last one that is over",
            trigger: ".o_field_widget[name=date_from] input",
            run: `edit ${lastMonth()} && click body`,
        },
        {
            content: "Simulate",
            trigger: ".o_form_view .o_form_statusbar button:contains('Simulate')",
            run: "click",
        },
        {
            content: "Read what it would cost: 20 % instead of 10 %",
            trigger:
                ".o_simulator:has(.o_simulator_baseline:contains('170'))" +
                " .o_simulator_scenario:contains('340'):contains('(+100 %)')",
        },
        {
            content: "Who earns most more comes first; sort by name, upwards",
            trigger: ".o_simulator_payee:first:contains('Bob')",
        },
        {
            trigger: ".o_simulator_payees thead .o_simulator_name button",
            run: "click",
        },
        {
            content: "Ann comes first; compare with another scenario",
            trigger: ".o_simulator_payee:first:contains('Ann')",
        },
        {
            trigger: ".o_simulator_saved label:contains('Dear')",
            run: "click",
        },
        {
            content: "Both are shown, and can be downloaded together",
            trigger:
                ".o_simulator:has(.o_simulator_scenario:eq(1):contains('510'))" +
                " .o_simulator_workbook[href*='-'][href$='.xlsx']",
        },
    ],
});
