import {Component, useState} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {KeepLast} from "@web/core/utils/concurrency";
import {useService} from "@web/core/utils/hooks";
import {Layout} from "@web/search/layout";
import {standardActionServiceProps} from "@web/webclient/actions/action_service";
import {PageError, PageLoading, useFirstLoad} from "../page_state/page_state";
import {COLUMNS, MyTeamPage} from "./my_team_page";
import {NudgeDialog} from "./nudge_dialog";

const MODULE = "sales_commission_gamify";
const MODEL = "sales.commission.team";

/** A lead's page: everybody below, who is ahead, who is stuck, and what to do. */
export class MyTeam extends Component {
    static template = "sales_commission_gamify.MyTeam";
    static components = {Layout, PageError, PageLoading};
    static props = {...standardActionServiceProps};
    static displayName = _t("My Team");

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.dialog = useService("dialog");
        this.notification = useService("notification");
        this.display = {controlPanel: {}};
        this.columns = COLUMNS;
        this.keepLast = new KeepLast();
        this.state = useState({
            status: "loading",
            page: null,
            date: false,
            filter: "all",
            lead: false,
            sort: "earned",
            isDescending: true,
        });
        useFirstLoad(() => this.load(false));
    }

    /** Shows the month of *date*; of several asked for, only the last is drawn. */
    async load(date) {
        this.state.status = "loading";
        this.state.date = date;
        let data;
        try {
            data = await this.keepLast.add(
                this.orm.silent.call(MODEL, "get_my_team", [date]),
            );
        } catch (error) {
            this.error = error;
            this.state.status = "error";
            return;
        }
        this.state.page = new MyTeamPage(data);
        this.state.status = "ready";
    }

    get page() {
        return this.state.page;
    }

    get isLoading() {
        return this.state.status === "loading";
    }

    get labels() {
        return Object.fromEntries(COLUMNS.map(({key, label}) => [key, label]));
    }

    get rows() {
        return this.page.pick(this.state);
    }

    // --- order and choice ---------------------------------------------------------

    /** By *column*, the highest first; once more turns it around. */
    sortBy(column) {
        if (this.state.sort === column.key) {
            this.state.isDescending = !this.state.isDescending;
        } else {
            this.state.sort = column.key;
            this.state.isDescending = !column.isText;
        }
    }

    getOrder(column) {
        if (this.state.sort !== column.key) {
            return "none";
        }
        return this.state.isDescending ? "descending" : "ascending";
    }

    chooseSort(event) {
        const column = COLUMNS.find((one) => one.key === event.target.value);
        this.state.sort = column.key;
        this.state.isDescending = !column.isText;
    }

    chooseLead(event) {
        this.state.lead = Number(event.target.value) || false;
    }

    // --- what to do ---------------------------------------------------------------

    /** Lists the records behind a figure, of one person if given. */
    async open(link, row = null) {
        const action = await this.action.loadAction(link.action);
        const own = row ? [["employee_id", "=", row.id]] : [];
        await this.action.doAction({
            ...action,
            domain: [...link.domain, ...own],
            context: {},
        });
    }

    openPerson(row) {
        return this.action.doAction(`${MODULE}.payee_commissions_action`, {
            additionalContext: {active_id: row.id},
        });
    }

    openProgram() {
        return this.action.doAction(`${MODULE}.program_action`);
    }

    /** Thanks with points, as the leader's own. */
    recognize(row) {
        return this.action.doAction(`${MODULE}.sales_commission_thanks_action_new`, {
            additionalContext: {default_employee_id: row.id},
            onClose: (info) => !info?.dismiss && this.load(this.state.date),
        });
    }

    nudge(row) {
        this.dialog.add(NudgeDialog, {
            name: row.name,
            send: async (message) => {
                await this.orm.call(MODEL, "nudge", [row.id, message]);
                this.notification.add(_t("%s has your message", row.name), {
                    type: "success",
                });
            },
        });
    }
}

registry.category("actions").add(`${MODULE}.my_team`, MyTeam);
