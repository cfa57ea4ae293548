import {Component} from "@odoo/owl";

/** One component of a plan: what it earned, why, and what comes next. */
export class ComponentCardView extends Component {
    static template = "sales_commission_gamify.ComponentCard";
    static props = {card: Object, onOpen: Function};

    icons = {
        step: "fa-arrow-up",
        accelerator: "fa-rocket",
        gate: "fa-unlock-alt",
        quota: "fa-bullseye",
    };
}
