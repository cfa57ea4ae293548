/* global Chart */
import {Component, useEffect, useRef} from "@odoo/owl";
import {formatCurrency} from "@web/core/currency";
import {deserializeDate} from "@web/core/l10n/dates";

/** Earned per month as bars; the last one is the month that the page shows. */
export class HistoryChart extends Component {
    static template = "sales_commission_gamify.HistoryChart";
    static props = {months: Array, currencyId: Number, onSelect: Function};

    setup() {
        this.canvas = useRef("canvas");
        useEffect(
            () => {
                const chart = new Chart(this.canvas.el, this.getConfig());
                return () => chart.destroy();
            },
            () => [this.props.months],
        );
    }

    money(amount) {
        return formatCurrency(amount, this.props.currencyId);
    }

    moneyShort(amount) {
        const digits = [16, amount % 1000 && Math.abs(amount) > 1000 ? 1 : 0];
        return formatCurrency(amount, this.props.currencyId, {
            digits,
            humanReadable: true,
        });
    }

    get labels() {
        return this.props.months.map((month) =>
            deserializeDate(month.date).toFormat("LLL"),
        );
    }

    /** The same figures in words, for those who cannot see the bars. */
    get description() {
        return this.props.months
            .map((month, index) => `${this.labels[index]}: ${this.money(month.earned)}`)
            .join(", ");
    }

    /** A colour of the theme, so that the chart follows it into the dark. */
    getColor(name) {
        return getComputedStyle(this.canvas.el).getPropertyValue(
            `--o-my-commissions-${name}`,
        );
    }

    getConfig() {
        const {months, onSelect} = this.props;
        const last = months.length - 1;
        const text = this.getColor("text");
        return {
            type: "bar",
            data: {
                labels: this.labels,
                datasets: [
                    {
                        data: months.map((month) => month.earned),
                        backgroundColor: months.map((_month, index) =>
                            this.getColor(index === last ? "bar" : "bar-past"),
                        ),
                        borderRadius: 4,
                        maxBarThickness: 56,
                        minBarLength: 2,
                    },
                ],
            },
            options: {
                animation: false,
                maintainAspectRatio: false,
                onClick: (_event, [bar]) => bar && onSelect(months[bar.index].date),
                onHover: (event, bars) => {
                    event.native.target.style.cursor = bars.length
                        ? "pointer"
                        : "default";
                },
                plugins: {
                    legend: {display: false},
                    tooltip: {
                        displayColors: false,
                        callbacks: {label: (bar) => this.money(bar.parsed.y)},
                    },
                },
                scales: {
                    x: {grid: {display: false}, ticks: {color: text}},
                    y: {
                        beginAtZero: true,
                        border: {display: false},
                        grid: {color: this.getColor("grid")},
                        ticks: {
                            color: text,
                            maxTicksLimit: 4,
                            callback: (value) => this.moneyShort(value),
                        },
                    },
                },
            },
        };
    }
}
