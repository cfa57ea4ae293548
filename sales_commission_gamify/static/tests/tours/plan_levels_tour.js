import {registry} from "@web/core/registry";

const card = (number) => `.o_designer_card:nth-child(${number})`;
const tab = (name) => `${card(2)} .o_designer_levels button:contains('${name}')`;

/** Give the level that is shown a step that starts at 0. */
const addStep = (level, percent) => [
    {trigger: `${card(2)} button[aria-label='Add a level']`, run: "click"},
    {trigger: `${tab(level)}.active`},
    {trigger: `${card(2)} .o_designer_add_rate`, run: "click"},
    {
        trigger: `${card(2)} .o_designer_bound input[id$='_new']`,
        run: "edit 0 && press Enter",
    },
    {
        trigger: `${card(2)} .o_designer_pay input:not([id$='_new'])`,
        run: `edit ${percent} && press Tab`,
    },
    {trigger: `${card(2)} .o_designer_legend, ${card(2)} canvas`},
];

/** A plan of steps for the sellers and two levels above them: designed, tried,
 * published, and replaced by a version that pays the first level more. */
registry.category("web_tour.tours").add("sales_commission_plan_levels", {
    url: "/odoo/commission-designer",
    steps: () => [
        {
            trigger: ".o_designer_name input",
            run: "edit Sellers and two levels && press Enter",
        },
        {trigger: "[data-starter='tiered']", run: "click"},
        {trigger: `${card(1)} canvas`},
        {trigger: ".o_designer_add", run: "click"},
        {trigger: "[data-starter='flat']", run: "click"},
        {
            trigger: `${card(2)} select[id^='component_credited_to']`,
            run: "selectByLabel The levels above the salesperson",
        },
        {
            trigger: `${card(2)} .o_designer_record input[placeholder='Choose a hierarchy']`,
            run: "edit Managers",
        },
        {
            trigger: ".o-autocomplete--dropdown-item a:contains('Managers')",
            run: "click",
        },
        ...addStep("Level 1", 2),
        ...addStep("Level 2", 1),
        {trigger: tab("Salesperson"), run: "click"},
        {trigger: `${card(2)} .o_designer_delete button`, run: "click"},
        {trigger: `${card(2)} .o_designer_levels:not(:contains('Salesperson'))`},
        {trigger: ".o_designer_try_row:nth-of-type(1) input", run: "edit 30000"},
        {trigger: ".o_designer_total_amount:contains('1,450.00')"},
        {trigger: ".o_designer_try_row:nth-of-type(2) input", run: "edit 100000"},
        {
            content: "2 % for level 1",
            trigger: ".o_designer_total_amount:contains('3,450.00')",
        },
        {
            trigger: ".o_designer_try_row:nth-of-type(2) select",
            run: "selectByLabel 2",
        },
        {
            content: "1 % for level 2",
            trigger: ".o_designer_total_amount:contains('2,450.00')",
        },
        {trigger: ".o_designer_publish", run: "click"},
        {trigger: ".modal .btn-primary:contains('Publish')", run: "click"},
        {trigger: ".o_designer_banner button:contains('New version')", run: "click"},
        {trigger: ".modal button[name=action_create]", run: "click"},
        {trigger: "button[name=action_view_versions]:contains(2)"},
        {trigger: "button[name=action_open_designer]", run: "click"},
        {trigger: ".o_designer_head .badge:contains('Draft')"},
        {
            trigger: `${card(2)} .o_designer_pay input`,
            run: "edit 2.5 && press Tab",
        },
        {trigger: `${card(2)} .o_designer_legend, ${card(2)} canvas`},
        {trigger: ".o_designer_try_row:nth-of-type(2) input", run: "edit 100000"},
        {trigger: ".o_designer_total_amount:contains('2,500.00')"},
        {trigger: ".o_designer_publish", run: "click"},
        {trigger: ".modal .btn-primary:contains('Publish')", run: "click"},
        {trigger: ".o_designer_banner"},
    ],
});
