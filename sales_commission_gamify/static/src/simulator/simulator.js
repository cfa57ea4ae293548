import {Component, useState} from "@odoo/owl";
import {useSetupAction} from "@web/search/action_hook";
import {loadBundle} from "@web/core/assets";
import {deserializeDate} from "@web/core/l10n/dates";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {KeepLast} from "@web/core/utils/concurrency";
import {useService} from "@web/core/utils/hooks";
import {Layout} from "@web/search/layout";
import {FormViewDialog} from "@web/views/view_dialogs/form_view_dialog";
import {standardActionServiceProps} from "@web/webclient/actions/action_service";
import {FigureChart} from "../figure_chart/figure_chart";
import {
    PageError,
    PageLoading,
    PageMessage,
    useFirstLoad,
} from "../page_state/page_state";
import {SimulatorPage, getCostConfig, sayMonths, saySales} from "./simulator_page";

const MODULE = "sales_commission_gamify";
const MODEL = "sales.commission.scenario";
const MOST = 5;

// What scenarios must have in common to be compared
const BASIS = ["company_id", "date_from", "date_to", "volumes", "volume_change"];

/** What plans would cost and pay, beside what is paid as it is. */
export class Simulator extends Component {
    static template = "sales_commission_gamify.Simulator";
    static components = {FigureChart, Layout, PageError, PageLoading, PageMessage};
    static props = {...standardActionServiceProps};
    static displayName = _t("What If");

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.dialog = useService("dialog");
        this.display = {controlPanel: {}};
        this.keepLast = new KeepLast();
        const {context = {}} = this.props.action;
        const kept = this.props.state?.chosen;
        const active = context.active_model === MODEL ? context.active_ids : [];
        this.state = useState({
            status: "loading",
            saved: [],
            chosen: kept || active || [],
            page: null,
            search: "",
            show: "all",
            by: "difference",
            at: 0,
            down: true,
        });
        useSetupAction({getLocalState: () => ({chosen: [...this.state.chosen]})});
        useFirstLoad(() => this.load());
    }

    // --- loading --------------------------------------------------------------------

    async load() {
        this.state.status = "loading";
        try {
            const [saved] = await Promise.all([
                this.orm.silent.searchRead(MODEL, [], ["name", ...BASIS], {
                    limit: 80,
                    order: "id desc",
                }),
                loadBundle("web.chartjs_lib"),
            ]);
            this.state.saved = saved;
        } catch (error) {
            this.fail(error);
            return;
        }
        const known = this.state.saved.map((row) => row.id);
        this.state.chosen = this.state.chosen.filter((id) => known.includes(id));
        await this.run();
    }

    /** Simulates what is chosen; of several asked for, only the last is shown. */
    async run() {
        const chosen = [...this.state.chosen];
        if (!chosen.length) {
            // what is still on its way is not wanted any more
            this.keepLast.add(Promise.resolve());
            Object.assign(this.state, {status: "ready", page: null});
            return;
        }
        this.state.status = "loading";
        try {
            const data = await this.keepLast.add(
                this.orm.silent.call(MODEL, "compare", [chosen]),
            );
            Object.assign(this.state, {
                status: "ready",
                page: new SimulatorPage(data),
                at: Math.min(this.state.at, chosen.length - 1),
            });
        } catch (error) {
            this.fail(error);
        }
    }

    fail(error) {
        this.error = error;
        this.state.status = "error";
    }

    get page() {
        return this.state.page;
    }

    get isLoading() {
        return this.state.status === "loading";
    }

    // --- scenarios ------------------------------------------------------------------

    isChosen(id) {
        return this.state.chosen.includes(id);
    }

    get isFull() {
        return this.state.chosen.length >= MOST;
    }

    getBasis(row) {
        const months = [row.date_from, row.date_to].map((date) => date.slice(0, 7));
        const change = row.volumes === "past" ? 0 : row.volume_change;
        return JSON.stringify([row.company_id[0], months, row.volumes, change]);
    }

    /** The saved scenarios, those together which can be compared. */
    get groups() {
        const groups = new Map();
        const companies = new Set(this.state.saved.map((row) => row.company_id[0]));
        for (const row of this.state.saved) {
            const key = this.getBasis(row);
            if (!groups.has(key)) {
                const month = (date) => deserializeDate(date).toFormat("LLL yyyy");
                const texts = [
                    sayMonths(month(row.date_from), month(row.date_to)),
                    saySales(row),
                    ...(companies.size > 1 ? [row.company_id[1]] : []),
                ];
                groups.set(key, {key, text: texts.join(" · "), rows: []});
            }
            groups.get(key).rows.push(row);
        }
        return [...groups.values()];
    }

    /** Of other months or sales, it is shown alone. */
    toggle(id) {
        const basis = (one) =>
            this.getBasis(this.state.saved.find((row) => row.id === one));
        this.state.chosen = this.isChosen(id)
            ? this.state.chosen.filter((one) => one !== id)
            : [...this.state.chosen.filter((one) => basis(one) === basis(id)), id];
        return this.run();
    }

    isClosed(group, row) {
        const isOfIt = group.rows.some(({id}) => this.isChosen(id));
        return this.isFull && isOfIt && !this.isChosen(row.id);
    }

    get workbookUrl() {
        return `/commissions/scenarios/${this.state.chosen.join("-")}.xlsx`;
    }

    /** *id* of a saved one, or a new one. Saved, it is simulated. */
    edit(id = false) {
        this.dialog.add(FormViewDialog, {
            title: id ? _t("Scenario") : _t("New scenario"),
            resModel: MODEL,
            resId: id,
            context: {sales_commission_simulator: true}, // it has no buttons of its own
            onRecordSaved: (record) => {
                // beside others of other months it could not be compared
                this.state.chosen = [record.resId];
                return this.load();
            },
        });
    }

    /** To change the plan; coming back shows what it would cost then. */
    async openPlan(planId) {
        return this.action.doAction(
            await this.orm.call("sales.commission.plan", "action_open_designer", [
                [planId],
            ]),
        );
    }

    openAll() {
        return this.action.doAction(`${MODULE}.sales_commission_scenario_action`);
    }

    openPayee(payee) {
        return this.action.doAction(`${MODULE}.payee_commissions_action`, {
            additionalContext: {active_id: payee.id},
        });
    }

    // --- the table ------------------------------------------------------------------

    getCostConfig(colors) {
        return getCostConfig(this.page, colors);
    }

    get payees() {
        return this.page.getPayees(this.state);
    }

    judge(at) {
        this.state.at = Number(at);
    }

    sort(by, at = this.state.at) {
        const same = by === this.state.by && at === this.state.at;
        const down = same ? !this.state.down : !["name", "team"].includes(by);
        Object.assign(this.state, {by, at, down});
    }

    sorted(by, at = this.state.at) {
        if (by !== this.state.by || at !== this.state.at) {
            return "none";
        }
        return this.state.down ? "descending" : "ascending";
    }

    arrow(by, at = this.state.at) {
        return {none: "", ascending: " ▲", descending: " ▼"}[this.sorted(by, at)];
    }
}

registry.category("actions").add(`${MODULE}.simulator`, Simulator);
