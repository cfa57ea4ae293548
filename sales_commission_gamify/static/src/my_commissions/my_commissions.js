import {Component, useState} from "@odoo/owl";
import {loadBundle} from "@web/core/assets";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {KeepLast} from "@web/core/utils/concurrency";
import {useService} from "@web/core/utils/hooks";
import {useDebounced} from "@web/core/utils/timing";
import {Layout} from "@web/search/layout";
import {standardActionServiceProps} from "@web/webclient/actions/action_service";
import {FirstSteps} from "../first_steps/first_steps";
import {ComponentCardView} from "./component_card/component_card";
import {Forecast} from "./forecast/forecast";
import {HistoryChart} from "./history_chart/history_chart";
import {MyCommissionsPage} from "./my_commissions_page";
import {useFirstLoad} from "../page_state/page_state";
import {noteVisit} from "../visit/visit";
import {WhatWouldIEarn} from "../what_would_i_earn/what_would_i_earn";

const MODULE = "sales_commission_gamify";

/** Said by the server when figures of this user have changed. */
const NEWS = "sales_commission/changed";
// Several deals in a row are drawn once.
const NEWS_DELAY = 1000;

/** A payee's own page: what was earned, why, and where the money is. */
export class MyCommissions extends Component {
    static template = "sales_commission_gamify.MyCommissions";
    static components = {
        ComponentCardView,
        FirstSteps,
        Forecast,
        HistoryChart,
        Layout,
        WhatWouldIEarn,
    };
    static props = {...standardActionServiceProps};
    static displayName = _t("My Commissions");

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.display = {controlPanel: {}};
        this.keepLast = new KeepLast();
        this.state = useState({status: "loading", page: null, date: false, version: 0});
        this.useNews();
        useFirstLoad(() => this.load(false));
    }

    fetch(date) {
        return this.orm.silent.call(
            "sales.commission.dashboard",
            "get_my_commissions",
            [date],
        );
    }

    useNews() {
        const bus = useService("bus_service");
        const refresh = useDebounced(() => this.refresh(), NEWS_DELAY);
        onMounted(() => bus.subscribe(NEWS, refresh));
        onWillUnmount(() => bus.unsubscribe(NEWS, refresh));
    }

    onLoaded() {
        noteVisit(this.orm, "my_commissions");
    }

    /** Shows the month of *date*; of several asked for, only the last is drawn. */
    async load(date) {
        this.state.status = "loading";
        this.state.date = date;
        let data;
        try {
            [data] = await this.keepLast.add(
                Promise.all([this.fetch(date), loadBundle("web.chartjs_lib")]),
            );
        } catch {
            this.state.status = "error";
            return;
        }
        this.state.page = new MyCommissionsPage(data);
        this.state.status = "ready";
        this.onLoaded();
    }

    /** Draws what has changed, in place: nothing is said to be loading, focus and scroll
     * stay. Where it fails the page stays as it is. */
    async refresh() {
        const {status, date} = this.state;
        if (status !== "ready") {
            return;
        }
        let data;
        try {
            data = await this.keepLast.add(this.fetch(date));
        } catch {
            return;
        }
        const {history} = this.state.page;
        if (JSON.stringify(history) === JSON.stringify(data.history)) {
            data.history = history; // the same bars are not drawn again
        }
        this.state.page = new MyCommissionsPage(data);
        this.state.version++;
    }

    get page() {
        return this.state.page;
    }

    get isLoading() {
        return this.state.status === "loading";
    }

    /** Lists the records behind a figure. */
    async open(link) {
        const action = await this.action.loadAction(link.action);
        await this.action.doAction({...action, domain: link.domain, context: {}});
    }

    openStatement(id) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            name: _t("Statement"),
            res_model: "sales.commission.statement",
            res_id: id,
            views: [[false, "form"]],
        });
    }

    openDisputes() {
        return this.action.doAction(`${MODULE}.sales_commission_dispute_action_mine`);
    }

    /** Asks about a deal that was not counted. */
    async askMissing() {
        const action = await this.orm.call(
            "sales.commission.dispute",
            "action_ask_missing",
            [],
        );
        return this.action.doAction(action, {
            onClose: () => this.load(this.state.date),
        });
    }

    /** The plan's text, with the button that accepts it. */
    async openPlan(id) {
        const action = await this.action.loadAction(
            `${MODULE}.sales_commission_plan_action_mine`,
        );
        return this.action.doAction(action, {
            viewType: "form",
            props: {resId: id},
        });
    }

    openChallenges() {
        return this.action.doAction(`${MODULE}.sales_commission_challenge_action`);
    }

    async openChallenge(id) {
        const action = await this.action.loadAction(
            `${MODULE}.sales_commission_challenge_action`,
        );
        return this.action.doAction(action, {viewType: "form", props: {resId: id}});
    }

    async join(id) {
        await this.orm.call("sales.commission.challenge", "action_join", [[id]]);
        await this.load(this.state.date);
    }

    openLeaderboard() {
        return this.action.doAction(`${MODULE}.leaderboard_action`);
    }

    openPlans() {
        return this.action.doAction(`${MODULE}.sales_commission_plan_action`);
    }
}

registry.category("actions").add(`${MODULE}.my_commissions`, MyCommissions);
