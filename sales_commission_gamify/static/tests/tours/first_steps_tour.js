import {registry} from "@web/core/registry";
import {stepUtils} from "@web_tour/tour_utils";

const step = (key, done) =>
    `.o_commission_first_step[data-key=${key}][data-done='${done}']`;
const back = {
    content: "Back to the first page",
    trigger: ".breadcrumb a:contains('My Commissions'), .o_back_button a",
    run: "click",
};

/** An empty company gets its first plan; what it invoiced this month is credited. */
registry.category("web_tour.tours").add("sales_commission_first_steps", {
    url: "/odoo",
    steps: () => [
        ...stepUtils.goToAppSteps("sales_commission_gamify.menu_root", "The app"),
        {
            content: "Nothing is there yet",
            trigger: `${step("plan", 0)} [data-method=action_choose_template]`,
            run: "click",
        },
        {trigger: ".o_commission_template[data-key=flat]", run: "click"},
        {trigger: ".o_form_view .o_field_widget[name=name]"},
        back,
        {
            content: "The plan is chosen; who sold may be added at once",
            trigger: `.o_commission_first_steps:has(${step("plan", 1)}) [data-method=action_add_sellers]`,
            run: "click",
        },
        {
            content: "A flat plan needs no quota; now read it",
            trigger: `.o_commission_first_steps:has(${step("quotas", 1)}) [data-method=action_open_plan]`,
            run: "click",
        },
        {trigger: ".o_designer_publish", run: "click"},
        {trigger: ".modal .btn-primary:contains('Publish')", run: "click"},
        {trigger: ".o_designer_banner"},
        back,
        {
            content: "The invoice of this month is credited",
            trigger: `${step("commission", 1)} [data-method=action_open_credits]`,
            run: "click",
        },
        {trigger: ".o_list_view .o_data_row:contains(Ann):contains('1,000.00')"},
        {
            content: "Back, and away with the steps",
            trigger: ".breadcrumb a:contains('My Commissions'), .o_back_button a",
            run: "click",
        },
        {trigger: ".o_commission_first_steps_dismiss", run: "click"},
        {trigger: ".o_my_commissions:not(:has(.o_commission_first_steps))"},
    ],
});
