import {registry} from "@web/core/registry";
import {stepUtils} from "@web_tour/tour_utils";

/** From the gallery to a published plan, and its next version. */
registry.category("web_tour.tours").add("sales_commission_plan_life_cycle", {
    url: "/odoo/commission-plan-templates",
    steps: () => [
        {trigger: ".o_commission_template[data-key=tiered]", run: "click"},
        {trigger: "a[name=payees]", run: "click"},
        {
            trigger:
                ".o_field_widget[name=assignment_ids] .o_field_x2many_list_row_add a",
            run: "click",
        },
        {
            trigger: ".o_selected_row .o_field_widget[name=employee_id] input",
            run: "edit Ann",
        },
        {
            trigger: ".ui-autocomplete .dropdown-item:contains(Ann)",
            run: "click",
        },
        ...stepUtils.saveForm(),
        {trigger: "a[name=document]", run: "click"},
        {trigger: ".o_commission_document:contains('6 % of what is between')"},
        {trigger: "a[name=examples]", run: "click"},
        {trigger: ".o_field_widget[name=example_ids] .o_data_row"},
        {trigger: "button[name=action_publish]", run: "click"},
        {trigger: ".modal-footer .btn-primary", run: "click"},
        {trigger: "button[name=action_new_version]", run: "click"},
        {trigger: ".modal button[name=action_create]", run: "click"},
        {trigger: "button[name=action_view_versions]:contains(2)"},
        {trigger: "button[name=action_view_difference]", run: "click"},
        {trigger: ".modal .o_commission_difference:contains('No rule differs')"},
    ],
});
