import {Component} from "@odoo/owl";
import {ComponentCard} from "../my_commissions_page";

/** One component of a plan: what it earned, why, and what comes next. */
export class ComponentCardView extends Component {
    static template = "sales_commission_gamify.ComponentCard";
    static props = {card: ComponentCard, onOpen: Function};
}
