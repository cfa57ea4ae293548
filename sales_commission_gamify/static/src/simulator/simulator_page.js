import {formatCurrency} from "@web/core/currency";
import {_t} from "@web/core/l10n/translation";
import {formatFloat} from "@web/views/fields/formatters";
import {normalize} from "@web/core/l10n/utils";

export function sayMonths(first, last) {
    return first === last ? first : _t("%(first)s to %(last)s", {first, last});
}

/** On which sales a scenario is tried. */
export function saySales({volumes, volume_change: change}) {
    const text = {
        past: _t("as sold"),
        before: _t("as sold in the months before"),
        year: _t("as sold a year ago"),
    }[volumes];
    if (volumes === "past" || !change) {
        return text;
    }
    const percent = formatFloat(change, {digits: [16, 1], trailingZeros: false});
    return `${text} ${change > 0 ? "+" : ""}${percent} %`;
}

/** A name as long as a legend has room for. */
function shorten(name) {
    return name.length > 32 ? `${name.slice(0, 30).trimEnd()}…` : name;
}

/** What the server simulated, in words, and its payees in the order asked for. */
export class SimulatorPage {
    constructor(data) {
        Object.assign(this, data);
    }

    money(amount) {
        return formatCurrency(amount, this.currency.id);
    }

    moneyWhole(amount) {
        return formatCurrency(amount, this.currency.id, {digits: [16, 0]});
    }

    moneyShort(amount) {
        return formatCurrency(amount, this.currency.id, {
            digits: [16, 0],
            humanReadable: Math.abs(amount) >= 10000,
        });
    }

    percent(value) {
        if (value === false) {
            return "–";
        }
        return `${formatFloat(value, {digits: [16, 1], trailingZeros: false})} %`;
    }

    signed(amount, say) {
        return (amount > 0 ? "+" : "") + say(amount);
    }

    change(amount) {
        return this.signed(amount, (value) => this.money(value));
    }

    /** “+1,200 € (+4 %)” */
    changeText({difference, difference_percent: percent}) {
        const change = this.signed(difference, (value) => this.moneyWhole(value));
        return percent === false
            ? change
            : `${change} (${this.signed(percent, (value) => this.percent(value))})`;
    }

    insteadOf({replaced_name: name}) {
        return _t("Instead of %s", name);
    }

    ofRevenue(percent) {
        return percent === false
            ? _t("Nothing was invoiced in these months")
            : _t("%s of what is invoiced", this.percent(percent));
    }

    get hasAttainment() {
        return this.payees.some(({baseline_attainment: now, attainments}) =>
            [now, ...attainments].some((percent) => percent !== false),
        );
    }

    get monthsText() {
        return sayMonths(this.months[0].name, this.months.at(-1).name);
    }

    get subtitle() {
        return this.is_forecast
            ? _t("Months to come, on supposed sales: %s", this.monthsText)
            : _t("On the sales of %s", this.monthsText);
    }

    tone(amount) {
        return amount > 0 ? "text-success" : amount < 0 ? "text-danger" : "text-muted";
    }

    // --- the chart ----------------------------------------------------------------

    get series() {
        return [this.baseline, ...this.scenarios];
    }

    get chartColumns() {
        return [_t("Month"), ...this.series.map((one) => one.name)];
    }

    get chartRows() {
        return this.months.map((month, at) => [
            month.name,
            ...this.series.map((one) => this.money(one.costs[at])),
        ]);
    }

    get chartDescription() {
        return this.series
            .map((one) =>
                _t("%(name)s: %(total)s", {
                    name: one.name,
                    total: this.money(one.total),
                }),
            )
            .join("; ");
    }

    // --- the payees ---------------------------------------------------------------

    /**
     * @param {{search: string, show: "all"|"winners"|"losers", by: string,
     *     at: number, down: boolean}} asked *at* is the scenario that is judged
     */
    getPayees({search, show, by, at, down}) {
        const wanted = normalize(search.trim());
        const sign = {winners: 1, losers: -1}[show];
        const found = this.payees.filter(
            (payee) =>
                (!sign || Math.sign(payee.differences[at]) === sign) &&
                normalize(`${payee.name} ${payee.team}`).includes(wanted),
        );
        const value = {
            name: (payee) => payee.name,
            team: (payee) => payee.team,
            baseline: (payee) => payee.baseline,
            amount: (payee) => payee.amounts[at],
            difference: (payee) => payee.differences[at],
        }[by];
        const compare = (one, other) => {
            const [a, b] = [value(one), value(other)];
            return typeof a === "string" ? a.localeCompare(b) : a - b;
        };
        return found.sort((one, other) => compare(one, other) * (down ? -1 : 1));
    }

    countText({winners, losers, unchanged}) {
        return _t("%(winners)s earn more, %(losers)s less, %(unchanged)s the same", {
            winners,
            losers,
            unchanged,
        });
    }
}

/** Cost per month, as it is and as it would be. */
export function getCostConfig(page, colors) {
    const shades = [
        colors.past,
        colors.bar,
        "#00a09d",
        "#e6a23c",
        "#d5584f",
        "#6b8fd6",
    ];
    const labels = {color: colors.text, font: colors.font};
    return {
        type: "bar",
        data: {
            labels: page.months.map((month) => month.name),
            datasets: page.series.map((one, at) => ({
                label: shorten(one.name),
                data: one.costs,
                backgroundColor: shades[at % shades.length],
                borderRadius: 3,
                maxBarThickness: 32,
            })),
        },
        options: {
            animation: false,
            maintainAspectRatio: false,
            interaction: {mode: "index", intersect: false},
            plugins: {
                legend: {labels, position: "bottom"},
                tooltip: {
                    callbacks: {
                        label: (bar) =>
                            `${page.series[bar.datasetIndex].name}: ${page.money(
                                bar.parsed.y,
                            )}`,
                    },
                },
            },
            scales: {
                x: {
                    grid: {display: false},
                    border: {display: false},
                    ticks: labels,
                },
                y: {
                    beginAtZero: true,
                    grid: {color: colors.grid},
                    border: {display: false},
                    ticks: {
                        ...labels,
                        maxTicksLimit: 6,
                        callback: (value) => page.moneyShort(value),
                    },
                },
            },
        },
    };
}
