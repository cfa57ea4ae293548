import {Component, onWillUnmount, useState} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {KeepLast} from "@web/core/utils/concurrency";
import {useService} from "@web/core/utils/hooks";
import {formatFloat} from "@web/core/utils/numbers";
import {useDebounced} from "@web/core/utils/timing";
import {MoreCurve} from "./more_curve";

const DELAY = 250;

const ICONS = {
    quota: "fa-bullseye text-success",
    step: "fa-arrow-up text-success",
    gate: "fa-unlock text-success",
    closed: "fa-lock text-warning",
    accelerator: "fa-rocket text-success",
    multiplier: "fa-clone text-success",
    cap: "fa-hand-paper-o text-warning",
};

/**
 * “What would I earn if I sold more?” The server prices what is typed by the plan and the
 * engine of the statement; one call for each change, the last one counts. It is folded
 * away at first, and asks nothing until it is opened.
 *
 * It needs nothing that the portal does not have.
 */
export class WhatWouldIEarn extends Component {
    static template = "sales_commission_gamify.WhatWouldIEarn";
    static components = {MoreCurve};
    static props = {
        companyId: {type: Number, optional: true},
        lang: {type: String, optional: true},
    };

    setup() {
        this.orm = useService("orm");
        this.keepLast = new KeepLast();
        this.state = useState({
            open: false,
            answer: null, // not known yet; false: no plan pays today
            figures: {},
            places: {},
            active: false,
            curve: false,
            busy: false,
            failed: false,
        });
        this.drawn = "";
        this.askLater = useDebounced(() => this.ask(), DELAY);
        onWillUnmount(() => {
            this.unmounted = true;
        });
    }

    toggle() {
        this.state.open = !this.state.open;
        if (this.state.open && !this.state.answer && !this.state.busy) {
            this.ask();
        }
    }

    /** In the portal company and language are those of the page. */
    get page() {
        const {companyId, lang} = this.props;
        return companyId ? {context: {allowed_company_ids: [companyId], lang}} : {};
    }

    get inputs() {
        return this.state.answer.inputs;
    }

    /** What decides how the curve looks: all but the amount that is its axis. */
    get drawing() {
        const {active, figures} = this.state;
        const others = Object.entries(figures).map(([id, row]) =>
            id === active ? [id, row.sales] : [id, row],
        );
        return JSON.stringify([active, others]);
    }

    async ask() {
        const {drawing} = this;
        const wanted = drawing !== this.drawn && (this.state.active || true);
        this.state.busy = true;
        let answer;
        try {
            answer = await this.keepLast.add(
                this.orm.silent.call(
                    "sales.commission.dashboard",
                    "get_what_would_i_earn",
                    [this.filled, wanted],
                    this.page,
                ),
            );
        } catch {
            if (!this.unmounted) {
                Object.assign(this.state, {busy: false, failed: true});
            }
            return;
        }
        if (this.unmounted) {
            return;
        }
        Object.assign(this.state, {answer, busy: false, failed: false, places: {}});
        if (wanted) {
            this.drawn = drawing;
            this.state.curve = answer && answer.curve;
        }
    }

    /** What was typed; what is empty is not sent. */
    get filled() {
        return Object.fromEntries(
            Object.entries(this.state.figures).filter(([, row]) => row.amount),
        );
    }

    get isTouched() {
        return Object.keys(this.filled).length > 0;
    }

    figure(row, name) {
        return this.state.figures[row.id]?.[name] || "";
    }

    place(row) {
        return this.state.places[row.id] ?? row.amount;
    }

    type(row, name, text) {
        this.state.active = row.id;
        this.state.figures[row.id] = {...this.state.figures[row.id], [name]: text};
        this.askLater();
    }

    slide(row, value) {
        this.state.places[row.id] = value;
        this.type(row, "amount", value ? this.number(value) : "");
    }

    number(value) {
        return formatFloat(value, {digits: [16, 2], trailingZeros: false});
    }

    startOver() {
        this.state.figures = {};
        this.state.places = {};
        this.askLater();
    }

    get curveRow() {
        const {curve} = this.state;
        return curve && this.inputs.find((row) => row.id === curve.id);
    }

    get curveTitle() {
        return _t("What more brings: %s", this.curveRow.name);
    }

    sayThen({now_text: now, then_text: then}) {
        return this.isTouched
            ? _t("%(then)s instead of %(now)s", {then, now})
            : _t("on top of the %s that you have earned so far", now);
    }

    get point() {
        const row = this.curveRow;
        const [total] = this.state.answer.totals;
        return {x: row.amount, y: total.more, text: total.more_text};
    }

    label(row) {
        return row.is_team
            ? _t("If the team brings in more: %s", row.name)
            : _t("If I bring in more: %s", row.name);
    }

    /** Those which change; before anything is typed there is nothing to say. */
    get changed() {
        return this.state.answer.components.filter(
            (card) => card.more || card.reached.length || this.moves(card),
        );
    }

    moves({attainment}) {
        return attainment && attainment.before !== attainment.after;
    }

    width(percent) {
        return `${Math.min(Math.max(percent, 0), 100)}%`;
    }

    icon(kind) {
        return ICONS[kind];
    }
}

registry
    .category("public_components")
    .add("sales_commission_gamify.what_would_i_earn", WhatWouldIEarn);
