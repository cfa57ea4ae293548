import {registry} from "@web/core/registry";
import {stepUtils} from "@web_tour/tour_utils";

const tours = registry.category("web_tour.tours");

tours.add("sales_commission_redeem", {
    steps: () => [
        ...stepUtils.goToAppSteps("sales_commission_gamify.menu_root", "open the app"),
        {
            trigger: "[data-menu-xmlid='sales_commission_gamify.menu_game']",
            run: "click",
        },
        {
            trigger:
                ".dropdown-item[data-menu-xmlid='sales_commission_gamify.menu_reward']",
            run: "click",
        },
        {
            content: "the price is covered: redeem",
            trigger: ".o_kanban_record:contains(Coffee) button[name=action_redeem]",
            run: "click",
        },
        {trigger: ".modal-footer .btn-primary", run: "click"},
        {trigger: ".o_notification:contains(Asked for: Coffee)"},
        {
            content: "it cannot be asked for twice",
            trigger: ".o_kanban_record:contains(Coffee) .border:contains(Asked for)",
        },
    ],
});

tours.add("sales_commission_approve_redemption", {
    steps: () => [
        {trigger: "button[name=action_approve]", run: "click"},
        {trigger: "button[name=action_hand_out]", run: "click"},
        {trigger: ".o_arrow_button_current:contains(Handed out)"},
    ],
});

tours.add("sales_commission_refuse_redemption", {
    steps: () => [
        {trigger: "button[name=action_ask_refusal]", run: "click"},
        {
            trigger: ".modal .o_field_widget[name=reason] input",
            run: "edit Sold out",
        },
        {trigger: ".modal button[name=action_refuse]", run: "click"},
        {trigger: ".o_form_view .alert:contains(Sold out)"},
    ],
});
