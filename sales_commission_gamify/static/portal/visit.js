import {rpc} from "@web/core/network/rpc";
import {registry} from "@web/core/registry";
import {Interaction} from "@web/public/interaction";

/** Tells, once the page is there, that a payee looked at the own figures. */
export class CommissionVisit extends Interaction {
    static selector = ".o_sales_commission_visit";

    async willStart() {
        // not waited for: what fails is not missed
        rpc("/my/commissions/looked", {}, {silent: true}).catch(() => {});
    }
}

registry
    .category("public.interactions")
    .add("sales_commission_gamify.visit", CommissionVisit);
