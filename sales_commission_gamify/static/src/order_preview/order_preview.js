import {Component, onWillUnmount, useState} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {KeepLast} from "@web/core/utils/concurrency";
import {useService} from "@web/core/utils/hooks";
import {useDebounced} from "@web/core/utils/timing";
import {useRecordObserver} from "@web/model/relational_model/utils";
import {standardWidgetProps} from "@web/views/widgets/standard_widget_props";

const DELAY = 400;

// What changes the commission; of lines, too. Other fields are not watched.
const WATCHED = [
    "state",
    "amount_untaxed",
    "currency_id",
    "user_id",
    "team_id",
    "partner_id",
    "commitment_date",
];
const WATCHED_ROWS = {
    order_line: [
        "product_id",
        "product_uom_qty",
        "product_uom_id",
        "price_unit",
        "discount",
        "price_subtotal",
        "purchase_price",
        "qty_invoiced",
    ],
    sales_commission_split_ids: ["employee_id", "kind", "percent"],
};

/** What the order brings, as it is typed. It asks beside the form and never waits. */
export class OrderPreview extends Component {
    static template = "sales_commission_gamify.OrderPreview";
    static props = {...standardWidgetProps};

    setup() {
        this.orm = useService("orm");
        this.keepLast = new KeepLast();
        this.state = useState({answer: null, open: false, stale: false});
        this.seen = null;
        this.askLater = useDebounced(() => this.ask(), DELAY);
        useRecordObserver((record) => {
            const figures = this.getFigures(record);
            if (figures !== this.seen) {
                const first = this.seen === null;
                this.seen = figures;
                this.state.stale = !first;
                this.askLater();
            }
        });
        onWillUnmount(() => {
            this.unmounted = true;
        });
    }

    getFigures(record) {
        const pick = (data, names) => names.map((name) => say(data[name]));
        const rows = Object.entries(WATCHED_ROWS).map(([name, names]) =>
            (record.data[name]?.records || []).map((row) => [
                row.id,
                ...pick(row.data, names),
            ]),
        );
        return JSON.stringify([record.resId, pick(record.data, WATCHED), rows]);
    }

    async ask() {
        const {record} = this.props;
        try {
            const values = await record.getChanges();
            const answer = await this.keepLast.add(
                this.orm.silent.call(
                    "sale.order",
                    "sales_commission_preview",
                    [record.resId ? [record.resId] : [], values],
                    {context: record.context},
                ),
            );
            if (!this.unmounted) {
                Object.assign(this.state, {answer, stale: false});
            }
        } catch {
            // It is beside the point of the form: nothing is shown, nothing stops.
            if (!this.unmounted) {
                Object.assign(this.state, {answer: null, stale: false});
            }
        }
    }

    get payees() {
        return this.state.answer?.payees || [];
    }

    title(payee) {
        if (this.state.answer.is_won) {
            return payee.is_own
                ? _t("Your commission still to come")
                : _t("Commission of %s still to come", payee.name);
        }
        return payee.is_own
            ? _t("Your commission if you win this")
            : _t("Commission of %s if this is won", payee.name);
    }

    sayCredited(payee, row) {
        const facts = {
            payee: payee.name,
            component: row.name,
            credited: row.text,
            amount: row.amount_text,
        };
        if (!row.amount_text) {
            return payee.is_own
                ? _t("%(component)s: %(credited)s credited to you.", facts)
                : _t("%(component)s: %(credited)s credited to %(payee)s.", facts);
        }
        return payee.is_own
            ? _t(
                  "%(component)s: %(credited)s credited to you, which brings %(amount)s so far.",
                  facts,
              )
            : _t(
                  "%(component)s: %(credited)s credited to %(payee)s, which brings %(amount)s so far.",
                  facts,
              );
    }

    toggle() {
        this.state.open = !this.state.open;
    }
}

function say(value) {
    return value && typeof value === "object" ? (value.id ?? String(value)) : value;
}

registry.category("view_widgets").add("sales_commission_preview", {
    component: OrderPreview,
});
