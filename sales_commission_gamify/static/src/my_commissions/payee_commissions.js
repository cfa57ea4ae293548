import {registry} from "@web/core/registry";
import {MyCommissions} from "./my_commissions";

/** My Commissions of somebody below the reader, as that payee sees it. */
export class PayeeCommissions extends MyCommissions {
    fetch(date) {
        return this.orm.silent.call(
            "sales.commission.dashboard",
            "get_commissions_of",
            [this.props.action.context.active_id, date],
        );
    }

    /** The server tells a payee of his own figures only. */
    useNews() {}

    /** Who looks is not the payee. */
    onLoaded() {}
}

registry
    .category("actions")
    .add("sales_commission_gamify.payee_commissions", PayeeCommissions);
