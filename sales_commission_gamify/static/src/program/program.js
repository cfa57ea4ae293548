import {Component, useState} from "@odoo/owl";
import {loadBundle} from "@web/core/assets";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {KeepLast} from "@web/core/utils/concurrency";
import {useService} from "@web/core/utils/hooks";
import {Layout} from "@web/search/layout";
import {standardActionServiceProps} from "@web/webclient/actions/action_service";
import {FigureChart} from "../figure_chart/figure_chart";
import {PageError, PageLoading, useFirstLoad} from "../page_state/page_state";
import {
    getDistributionConfig,
    getPerformanceConfig,
    getTrendConfig,
} from "./program_charts";
import {ProgramPage} from "./program_page";

const MODULE = "sales_commission_gamify";
const MODEL = "sales.commission.program";

/** The page of who answers for the program: who uses it, what it costs and brings. */
export class Program extends Component {
    static template = "sales_commission_gamify.Program";
    static components = {FigureChart, Layout, PageError, PageLoading};
    static props = {...standardActionServiceProps};
    static displayName = _t("The Program");

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.display = {controlPanel: {}};
        this.keepLast = new KeepLast();
        this.asked = {};
        this.state = useState({
            status: "loading",
            page: null,
            by: "attainment",
            exceptions: null,
        });
        useFirstLoad(() => this.load({}));
    }

    /** Shows what is *asked*; of several asked for, only the last is drawn. */
    async load(asked) {
        this.asked = {...this.asked, ...asked};
        this.state.status = "loading";
        let data;
        try {
            [data] = await this.keepLast.add(
                Promise.all([
                    this.orm.silent.call(MODEL, "get_program", [this.asked]),
                    loadBundle("web.chartjs_lib"),
                ]),
            );
        } catch (error) {
            this.error = error;
            this.state.status = "error";
            return;
        }
        const page = new ProgramPage(data);
        this.state.page = page;
        this.state.by = page.hasTargets ? this.state.by : "revenue";
        this.state.status = "ready";
        this.countExceptions(this.asked);
    }

    /** Afterwards: it reads documents, where the page reads sums. */
    async countExceptions(asked) {
        this.state.exceptions = null;
        let count;
        try {
            count = await this.orm.silent.call(MODEL, "get_exceptions", [asked]);
        } catch {
            count = false;
        }
        if (asked === this.asked) {
            this.state.exceptions = count;
        }
    }

    get page() {
        return this.state.page;
    }

    get isLoading() {
        return this.state.status === "loading";
    }

    choose(name, event) {
        const value = Number(event.target.value) || false;
        // teams and plans are those of a company
        const others = name === "company_id" ? {team_id: false, plan_id: false} : {};
        return this.load({...others, [name]: value});
    }

    // --- charts -----------------------------------------------------------------

    getTrendConfig(colors) {
        return getTrendConfig(this.page, colors, (index) =>
            this.load({date: this.page.trend_months[index].date, months: 1}),
        );
    }

    getDistributionConfig(colors) {
        return getDistributionConfig(this.page, colors, (index) =>
            this.openBin(this.page.distribution[index]),
        );
    }

    getPerformanceConfig(colors) {
        return getPerformanceConfig(this.page, this.state.by, colors, (payee) =>
            this.openPayee(payee),
        );
    }

    get columns() {
        return {
            month: _t("Month"),
            paid: _t("Paid out"),
            earned: _t("Earned"),
            attainment: _t("Attainment"),
            payees: _t("Payees"),
            payee: _t("Payee"),
            revenue: _t("Invoiced"),
        };
    }

    get performanceDescription() {
        return _t(
            "%s payees, each by performance and pay; the table has the figures.",
            [this.page.payees.length],
        );
    }

    get performanceData() {
        return `${this.state.by} ${JSON.stringify(this.page.payees)}`;
    }

    // --- from a figure to its records --------------------------------------------

    /** Lists the records behind a figure; *more* narrows them down. */
    async open(link, more = []) {
        const action = await this.action.loadAction(link.action);
        await this.action.doAction({
            ...action,
            domain: [...link.domain, ...more],
            context: {},
        });
    }

    openMissing() {
        const ids = this.page.adoption.missing.map((payee) => payee.id);
        return this.open(this.page.links.missing, [["employee_id", "in", ids]]);
    }

    openBin(bin) {
        return this.open(this.page.links.attainment, [
            ["employee_id", "in", bin.payees],
        ]);
    }

    /** What a plan, or one of its components, paid. */
    openPart(part) {
        const field = part.components ? "plan_id" : "component_id";
        return this.open(this.page.links.earned, [[field, "=", part.id]]);
    }

    openPayee(payee) {
        return this.action.doAction(`${MODULE}.payee_commissions_action`, {
            additionalContext: {active_id: payee.id},
        });
    }

    openPlans() {
        return this.action.doAction(`${MODULE}.sales_commission_plan_action`);
    }
}

registry.category("actions").add(`${MODULE}.program`, Program);
