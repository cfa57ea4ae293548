import {Component, onWillStart, onWillUpdateProps, useState} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {KeepLast} from "@web/core/utils/concurrency";
import {useService} from "@web/core/utils/hooks";
import {standardWidgetProps} from "@web/views/widgets/standard_widget_props";

const SHORT = 10;

/** How a challenge stands, as far as the reader may see it. */
export class ChallengeStandings extends Component {
    static template = "sales_commission_gamify.ChallengeStandings";
    static props = {...standardWidgetProps};

    setup() {
        this.orm = useService("orm");
        this.keepLast = new KeepLast();
        this.state = useState({status: "loading", page: null, isLong: false});
        onWillStart(() => this.load(this.props));
        onWillUpdateProps((next) => this.load(next));
    }

    retry() {
        return this.load(this.props);
    }

    async load({record}) {
        if (!record.resId || !["running", "finished"].includes(record.data.state)) {
            this.state.status = "none";
            return;
        }
        try {
            this.state.page = await this.keepLast.add(
                this.orm.silent.call("sales.commission.challenge", "get_standings", [
                    record.resId,
                ]),
            );
            this.state.status = "ready";
        } catch {
            this.state.status = "error";
        }
    }

    get page() {
        return this.state.page;
    }

    /** The first ones; the own row always. */
    get rows() {
        const {rows} = this.page;
        return this.state.isLong
            ? rows
            : rows.filter((row, at) => at < SHORT || row.is_own);
    }

    get rounds() {
        const rounds = Map.groupBy(this.page.matches, (match) => match.round);
        return [...rounds].map(([number, matches]) => ({
            number,
            name: this.page.kind === "duel" ? _t("Pairs") : _t("Round %s", number),
            matches,
        }));
    }

    get wonText() {
        return this.page.state === "finished" ? _t("Has won") : _t("Wins as it stands");
    }

    get ownText() {
        const own = this.page.own;
        if (own.won) {
            return _t("You have won. Congratulations!");
        }
        if (own.leads) {
            return _t("As it stands, you win");
        }
        if (own.to_goal) {
            return _t("%s to the goal", own.to_goal);
        }
        if (own.to_next) {
            return _t("%s to the next place", own.to_next);
        }
        return "";
    }
}

registry.category("view_widgets").add("challenge_standings", {
    component: ChallengeStandings,
    fieldDependencies: [{name: "state", type: "selection"}],
});
