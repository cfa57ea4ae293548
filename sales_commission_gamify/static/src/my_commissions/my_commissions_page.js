import {formatCurrency} from "@web/core/currency";
import {deserializeDate, formatDate} from "@web/core/l10n/dates";
import {_t} from "@web/core/l10n/translation";
import {formatFloat, formatInteger} from "@web/views/fields/formatters";

/** One rate table of a plan in one period, and how far the payee is in it. */
export class ComponentCard {
    constructor(page, card) {
        Object.assign(this, card);
        this.page = page;
    }

    /** A number of what the component counts: 12 meetings are not 12 euros. */
    counted(value) {
        if (this.unit === "money") {
            return this.page.money(value);
        }
        const number = formatFloat(value, {digits: [16, 2], trailingZeros: false});
        return this.unit === "percent" ? `${number} %` : number;
    }

    get creditedText() {
        const credited = this.counted(this.credited);
        if (this.is_score) {
            return _t("Score of %s", credited);
        }
        return this.unit === "money"
            ? _t("%s credited", credited)
            : _t("%s counted", credited);
    }

    get attainmentText() {
        const percent = formatFloat(this.attainment, {
            digits: [16, 1],
            trailingZeros: false,
        });
        return _t("%(percent)s % of the quota of %(quota)s", {
            percent,
            quota: this.counted(this.quota),
        });
    }

    get attainmentWidth() {
        return Math.round(Math.min(Math.max(this.attainment, 0), 100));
    }

    get emptyText() {
        if (this.problem) {
            return this.problem;
        }
        if (!this.pays) {
            return _t("Pays nothing by itself: other parts of the plan look at it.");
        }
        return this.credited
            ? _t("Counted, but no step that pays is reached yet.")
            : _t("Nothing counted yet in this period.");
    }

    get earnedText() {
        return this.page.money(this.earned);
    }

    get periodText() {
        const first = deserializeDate(this.date_from);
        const last = deserializeDate(this.date_to);
        return first.hasSame(last, "month")
            ? first.toFormat("LLLL yyyy")
            : _t("%(first)s to %(last)s", {
                  first: first.toFormat("LLL yyyy"),
                  last: last.toFormat("LLL yyyy"),
              });
    }

    get planText() {
        return `${this.plan} · ${this.periodText}`;
    }

    get nextStepText() {
        const {distance, percent, bound, on_whole} = this.next_step;
        const facts = {
            distance: this.page.money(distance),
            bound: this.page.money(bound),
            percent,
        };
        return on_whole
            ? _t("%(distance)s more and all of it pays %(percent)s %", facts)
            : _t(
                  "%(distance)s more to reach %(percent)s %, on what is above %(bound)s",
                  facts,
              );
    }
}

/** A document that counts: what it was credited, and what it brings. */
export class DealCard {
    constructor(page, deal) {
        Object.assign(this, deal);
        this.page = page;
    }

    /** Not for what only other parts of a plan look at, or is not priced yet. */
    get hasBrings() {
        return typeof this.brings === "number";
    }

    get bringsText() {
        return _t("Brings %s", this.page.money(this.brings));
    }

    get lines() {
        return this.credits.map((credit) => ({
            ...credit,
            sentence: this.say(credit),
        }));
    }

    /** With its component, and what it brings by that one, where there are several. */
    say({component, text, unit, brings}) {
        const credited =
            unit === "money" ? _t("%s credited", text) : _t("%s counted", text);
        if (this.credits.length < 2) {
            return credited;
        }
        const parts = [component, credited];
        if (typeof brings === "number") {
            parts.push(this.page.money(brings));
        }
        return parts.join(" · ");
    }
}

/** What the server says about one month, ready to be drawn. */
export class MyCommissionsPage {
    constructor(data) {
        Object.assign(this, data);
        this.cards = (data.components || []).map(
            (card) => new ComponentCard(this, card),
        );
        this.dealCards = (data.deals || []).map((deal) => new DealCard(this, deal));
    }

    get hasMonths() {
        return this.status !== "no_payee";
    }

    get companyText() {
        const others = this.other_companies.join(", ");
        return others
            ? _t("%(company)s · also in %(others)s", {company: this.company, others})
            : this.company;
    }

    get otherCompaniesText() {
        return _t(
            "You do earn commissions in %s: choose that company at the top right.",
            this.other_companies.join(", "),
        );
    }

    get earnedLabel() {
        return _t("Earned in %s", this.month.name);
    }

    get runningLongerText() {
        return _t(
            "Plus %s so far in periods that end later.",
            this.money(this.running_longer),
        );
    }

    get paidYearLabel() {
        return _t("Paid in %s", this.payouts.year);
    }

    get pointsOfMonthText() {
        return _t("%s this month", this.signed(this.points.month));
    }

    get noPlanInMonthText() {
        return _t("None of your plans ran in %s.", this.month.name);
    }

    get drawText() {
        return _t(
            "You owe %s of your draw: it is taken back from later earnings.",
            this.money(this.draw_balance),
        );
    }

    get hasDisputes() {
        return Boolean(this.disputes.open || this.disputes.answered);
    }

    get disputesText() {
        const {open, answered} = this.disputes;
        return open
            ? _t("%s disputes wait for an answer", open)
            : _t("%s disputes are answered", answered);
    }

    carriedText(statement) {
        return _t("%s carried forward", this.money(statement.carried));
    }
    money(amount) {
        return formatCurrency(amount, this.currency_id);
    }

    number(value) {
        return formatInteger(value);
    }

    signed(value) {
        return (value > 0 ? "+" : "") + this.number(value);
    }

    day(date) {
        return formatDate(deserializeDate(date));
    }

    monthName(date, format = "LLLL yyyy") {
        return deserializeDate(date).toFormat(format);
    }

    get previousName() {
        return this.monthName(this.previous.date, "LLLL");
    }

    get trend() {
        return Math.sign(this.change.amount);
    }

    get trendText() {
        if (!this.trend) {
            return _t("Same as %s", this.previousName);
        }
        const facts = {
            amount: this.money(Math.abs(this.change.amount)),
            month: this.previousName,
        };
        const text =
            this.trend > 0
                ? _t("%(amount)s more than %(month)s", facts)
                : _t("%(amount)s less than %(month)s", facts);
        const {percent} = this.change;
        return percent === false ? text : `${text} (${this.signed(percent)} %)`;
    }

    get heldText() {
        return _t(
            "%s of it is held back: it is paid once the customer has paid or its time has come, as your plan says.",
            this.money(this.current.held),
        );
    }

    /** The places where the month's earnings can be, with their share. */
    get places() {
        const whole = Math.max(this.current.earned, 0);
        const held = {key: "held", label: _t("Held back"), color: "secondary"};
        return [
            {key: "paid", label: _t("Paid"), color: "success"},
            {key: "to_pay", label: _t("To be paid"), color: "info"},
            {key: "open", label: _t("Not on a statement yet"), color: "warning"},
            ...(this.current.held ? [held] : []),
        ].map((place) => {
            const amount = this.current[place.key];
            const share = whole ? Math.min(Math.max(amount / whole, 0), 1) : 0;
            return {...place, amount, width: `${(100 * share).toFixed(1)}%`};
        });
    }

    get hasBadges() {
        return Boolean(this.badges?.length);
    }

    get badgesText() {
        const won = this.badges.filter((badge) => badge.count).length;
        return _t("%(won)s of %(all)s", {won, all: this.badges.length});
    }

    get hasPoints() {
        return Boolean(this.points.total || this.points.rows.length);
    }

    stateColor(state) {
        return {
            confirmed: "warning",
            approved: "warning",
            posted: "info",
            paid: "success",
        }[state];
    }
}
