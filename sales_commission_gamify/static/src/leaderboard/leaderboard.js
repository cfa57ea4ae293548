import {Component, useState} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {KeepLast} from "@web/core/utils/concurrency";
import {useService} from "@web/core/utils/hooks";
import {Layout} from "@web/search/layout";
import {standardActionServiceProps} from "@web/webclient/actions/action_service";
import {PageError, PageLoading, useFirstLoad} from "../page_state/page_state";
import {noteVisit} from "../visit/visit";

const MODULE = "sales_commission_gamify";
const PAGE = "sales.commission.leaderboard.page";

/** Who is where: the reader's own place, and whom the board lets him see. */
export class Leaderboard extends Component {
    static template = "sales_commission_gamify.Leaderboard";
    static components = {Layout, PageError, PageLoading};
    static props = {...standardActionServiceProps};
    static displayName = _t("Leaderboard");

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.display = {controlPanel: {}};
        this.keepLast = new KeepLast();
        this.asked = {board: false, kind: false, date: false, by: false};
        this.state = useState({status: "loading", page: null});
        useFirstLoad(() => this.load({}));
    }

    /** Shows what is *asked*; of several asked for, only the last is drawn. */
    async load(asked) {
        this.asked = {...this.asked, ...asked};
        this.state.status = "loading";
        const {board, kind, date, by} = this.asked;
        try {
            this.state.page = await this.keepLast.add(
                this.orm.silent.call(PAGE, "get_page", [board, kind, date, by]),
            );
        } catch (error) {
            this.error = error;
            this.state.status = "error";
            return;
        }
        this.state.status = "ready";
        noteVisit(this.orm, "leaderboard");
    }

    get page() {
        return this.state.page;
    }

    get isLoading() {
        return this.state.status === "loading";
    }

    /** “Best 25 %”; nobody is told to be among the last. */
    get bandText() {
        const band = this.page.own.band;
        return band ? _t("Best %s %", band) : "";
    }

    get wayText() {
        const next = this.page.own.next_band;
        if (next) {
            return _t("%(missing)s more and you are among the best %(percent)s %", {
                missing: next.missing,
                percent: next.percent,
            });
        }
        return _t("You are at the top: stay there");
    }

    async hide(hidden) {
        await this.orm.call(PAGE, "set_hidden", [hidden]);
        await this.load({});
    }

    configure() {
        return this.action.doAction(`${MODULE}.sales_commission_leaderboard_action`);
    }
}

registry.category("actions").add(`${MODULE}.leaderboard`, Leaderboard);
