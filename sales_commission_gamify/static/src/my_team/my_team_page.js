import {formatCurrency} from "@web/core/currency";
import {_t} from "@web/core/l10n/translation";
import {formatFloat, formatInteger} from "@web/views/fields/formatters";

/** A person below the reader, and how it goes. */
export class TeamRow {
    constructor(page, row) {
        Object.assign(this, row);
        this.page = page;
    }

    get hasPace() {
        return this.pace !== false;
    }

    get isAhead() {
        return this.hasPace && this.pace >= 1;
    }

    get isBehind() {
        return this.hasPace && this.pace < 1;
    }

    get earnedText() {
        return this.page.money(this.earned);
    }

    get payableText() {
        return this.page.money(this.payable);
    }

    get changeText() {
        return (this.change > 0 ? "+" : "") + this.page.money(this.change);
    }

    get trend() {
        return Math.sign(this.change);
    }

    get attainmentText() {
        return this.attainment === false
            ? "–"
            : `${this.page.number(this.attainment)} %`;
    }

    get paceText() {
        if (!this.hasPace) {
            return _t("No target");
        }
        return this.isAhead ? _t("Ahead") : _t("Behind");
    }

    get paceTitle() {
        return this.hasPace
            ? _t("%s times what the time that has passed asks for", [
                  formatFloat(this.pace, {digits: [16, 2], trailingZeros: false}),
              ])
            : _t("No target is set for this month");
    }

    get paceColor() {
        if (!this.hasPace) {
            return "text-bg-light";
        }
        return this.isAhead ? "text-bg-success" : "text-bg-warning";
    }

    get dealText() {
        return this.deal ? `${this.deal}, ${this.deal_text}` : _t("None yet");
    }

    get nudgeLabel() {
        return _t("Nudge %s", this.name);
    }

    get recognizeLabel() {
        return _t("Thank %s", this.name);
    }

    get daysText() {
        return this.days === false ? "" : _t("%s days ago", this.days);
    }
}

export const COLUMNS = [
    {key: "name", label: _t("Name"), isText: true},
    {key: "earned", label: _t("Earned")},
    {key: "change", label: _t("Change")},
    {key: "payable", label: _t("To be paid")},
    {key: "attainment", label: _t("Attainment")},
    {key: "pace", label: _t("Pace")},
    {key: "points", label: _t("Points")},
    {key: "deal_date", label: _t("Last deal")},
];

/** What the server says about the people of one lead. */
export class MyTeamPage {
    constructor(data) {
        Object.assign(this, data);
        this.people = data.rows.map((row) => new TeamRow(this, row));
    }

    money(amount) {
        return formatCurrency(amount, this.currency_id, {digits: [16, 0]});
    }

    number(value) {
        return Number.isInteger(value)
            ? formatInteger(value)
            : formatFloat(value, {digits: [16, 1], trailingZeros: false});
    }

    get filters() {
        const {ahead, behind, stuck} = this.totals;
        return [
            {key: "all", label: _t("All"), count: this.people.length},
            {key: "ahead", label: _t("Ahead"), count: ahead},
            {key: "behind", label: _t("Behind"), count: behind},
            {key: "stuck", label: _t("Stuck"), count: stuck},
        ];
    }

    get stuckText() {
        return _t("Stuck: no deal for more than %s days", this.stuck_days);
    }

    /** The people to show, in order. Who has no figure stands last. */
    pick({filter, lead, sort, isDescending}) {
        const led = this.leads.find((one) => one.id === lead);
        const shown = this.people.filter(
            (row) =>
                (!led || led.payees.includes(row.id)) &&
                {
                    all: true,
                    ahead: row.isAhead,
                    behind: row.isBehind,
                    stuck: row.is_stuck,
                }[filter],
        );
        const direction = isDescending ? -1 : 1;
        return shown.sort((one, other) => {
            const [a, b] = [one[sort], other[sort]];
            if (a === false || b === false) {
                return (a === false) - (b === false);
            }
            const order = typeof a === "string" ? a.localeCompare(b) : a - b;
            return direction * order || one.name.localeCompare(other.name);
        });
    }
}
