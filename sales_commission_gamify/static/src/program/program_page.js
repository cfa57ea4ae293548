import {formatCurrency} from "@web/core/currency";
import {deserializeDate} from "@web/core/l10n/dates";
import {_t} from "@web/core/l10n/translation";
import {formatFloat, formatInteger} from "@web/views/fields/formatters";

/** What the server says about the program, in words. */
export class ProgramPage {
    constructor(data) {
        Object.assign(this, data);
    }

    money(amount) {
        return formatCurrency(amount, this.currency_id);
    }

    /** Without cents: nobody leads by them. */
    moneyShort(amount) {
        return formatCurrency(amount, this.currency_id, {
            digits: [16, 0],
            humanReadable: Math.abs(amount) >= 10000,
        });
    }

    moneyWhole(amount) {
        return formatCurrency(amount, this.currency_id, {digits: [16, 0]});
    }

    number(value) {
        return formatInteger(value);
    }

    percent(value, digits = 1) {
        const number = formatFloat(value, {digits: [16, digits], trailingZeros: false});
        return `${number} %`;
    }

    /** “+12 %”; a dash where there is nothing to compare with. */
    growth(value, digits = 0) {
        if (value === false) {
            return "–";
        }
        const rounded = Number(value.toFixed(digits));
        return (rounded > 0 ? "+" : "") + this.percent(rounded, digits);
    }

    trend(value) {
        return Math.sign(value || 0);
    }

    get comparedText() {
        return this.filters.months === 1
            ? _t("against the month before")
            : _t("against the %s months before", this.filters.months);
    }

    growthText(value) {
        return value === false
            ? _t("Nothing to compare with before")
            : `${this.growth(value)} ${this.comparedText}`;
    }

    get adoptionText() {
        const {looked, payees} = this.adoption;
        return _t("%(looked)s of %(payees)s payees looked at their figures", {
            looked: this.number(looked),
            payees: this.number(payees),
        });
    }

    get pointsLabel() {
        const text =
            this.filters.months === 1
                ? _t("%s given", this.point_word)
                : _t("%s given a month", this.point_word);
        return text.charAt(0).toUpperCase() + text.slice(1);
    }

    get pointsText() {
        const given = _t("%(given)s in %(period)s", {
            given: this.number(this.points.given),
            period: this.period.name,
        });
        return this.points.growth === false
            ? given
            : `${given}, ${this.growthText(this.points.growth)}`;
    }

    get payoutsText() {
        const {statements, amount, draft} = this.payouts;
        if (!statements) {
            return _t("No statements of these months yet");
        }
        return draft
            ? _t("%(amount)s on %(statements)s statements, %(draft)s of it in drafts", {
                  amount: this.moneyWhole(amount),
                  statements: this.number(statements),
                  draft: this.moneyWhole(draft),
              })
            : _t("%(amount)s on %(statements)s statements", {
                  amount: this.moneyWhole(amount),
                  statements: this.number(statements),
              });
    }

    get payoutsYearText() {
        const {growth_of_year: growth, year_before: amount} = this.payouts;
        return growth === false
            ? _t("No statements a year before")
            : _t("%(growth)s against %(amount)s a year before", {
                  growth: this.growth(growth),
                  amount: this.moneyWhole(amount),
              });
    }

    get costText() {
        return _t("%(earned)s earned on %(revenue)s invoiced", {
            earned: this.moneyWhole(this.cost.earned),
            revenue: this.moneyWhole(this.cost.revenue),
        });
    }

    get costBeforeText() {
        return this.cost.percent_before === false
            ? _t("Nothing to compare with before")
            : _t("%s before", this.percent(this.cost.percent_before, 2));
    }

    get forecastText() {
        const {so_far, a_month, months_left} = this.forecast;
        return months_left
            ? _t("%(so_far)s so far, %(a_month)s a month for %(months)s more", {
                  so_far: this.moneyWhole(so_far),
                  a_month: this.moneyWhole(a_month),
                  months: months_left,
              })
            : _t("The year is over");
    }

    get forecastLabel() {
        return _t("Earned by the end of %s", this.forecast.year);
    }

    get hasTargets() {
        return this.distribution.some((bin) => bin.payees.length);
    }

    binLabel(bin) {
        return bin.to === false
            ? _t("%s % and more", bin.from)
            : `${bin.from}–${bin.to} %`;
    }

    monthName(date, format = "LLL") {
        return deserializeDate(date).toFormat(format);
    }

    lengthName(months) {
        return months === 1 ? _t("1 month") : _t("%s months", months);
    }

    // --- charts -----------------------------------------------------------------

    get trendRows() {
        return this.trend_months.map((month) => [
            this.monthName(month.date, "LLLL yyyy"),
            this.money(month.paid_out),
            this.money(month.earned),
        ]);
    }

    get distributionRows() {
        return this.distribution.map((bin) => [
            this.binLabel(bin),
            this.number(bin.payees.length),
        ]);
    }

    get performanceRows() {
        return this.payees.map((payee) => [
            payee.name,
            payee.attainment === false ? "–" : this.percent(payee.attainment),
            this.money(payee.revenue),
            this.money(payee.earned),
        ]);
    }

    /** Payees as dots: by attainment, or by what they invoiced. */
    getDots(by) {
        return this.payees
            .filter((payee) => by !== "attainment" || payee.attainment !== false)
            .map((payee) => ({
                x: by === "attainment" ? payee.attainment : payee.revenue,
                y: payee.earned,
                payee,
            }));
    }

    say(rows) {
        return rows
            .map(([name, ...cells]) => `${name}: ${cells.join(", ")}`)
            .join("; ");
    }
}
