import {formatCurrency} from "@web/core/currency";
import {deserializeDate, formatDate} from "@web/core/l10n/dates";
import {_t} from "@web/core/l10n/translation";
import {formatInteger} from "@web/views/fields/formatters";

/** What the server says about one month, ready to be drawn. */
export class MyCommissionsPage {
    constructor(data) {
        Object.assign(this, data);
        this.cards = data.components || [];
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
            ? _t("Disputes that wait for an answer: %s", open)
            : _t("Disputes that are answered: %s", answered);
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
            draft: "secondary",
            confirmed: "warning",
            approved: "warning",
            posted: "info",
            paid: "success",
        }[state];
    }
}
