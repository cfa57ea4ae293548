import {Component} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";

/** Three common components to begin with. */
export class Starters extends Component {
    static template = "sales_commission_gamify.Starters";
    static props = {onPick: Function, busy: {type: Boolean, optional: true}};

    get starters() {
        return [
            {
                key: "flat",
                icon: "fa-minus",
                title: _t("One rate"),
                text: _t("5 % of everything that is sold."),
            },
            {
                key: "tiered",
                icon: "fa-signal",
                title: _t("Steps"),
                text: _t("The more is sold, the higher the rate on what is above."),
            },
            {
                key: "quota",
                icon: "fa-bullseye",
                title: _t("On quota"),
                text: _t("One rate up to the quota, a higher one above it."),
            },
        ];
    }
}
