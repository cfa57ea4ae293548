/* global Chart */
import {Component, onWillStart, useEffect, useRef, useState} from "@odoo/owl";
import {loadBundle} from "@web/core/assets";
import {_t} from "@web/core/l10n/translation";

/** What more sales bring, and where the amount that is typed stands on it. */
export class MoreCurve extends Component {
    static template = "sales_commission_gamify.MoreCurve";
    static props = {curve: Object, point: Object};

    setup() {
        this.canvas = useRef("canvas");
        this.state = useState({ready: false});
        onWillStart(() => {
            // beside the page: the figures do not wait for their picture
            loadBundle("web.chartjs_lib").then(
                () => {
                    this.state.ready = true;
                },
                () => {}, // they are right without it
            );
        });
        useEffect(
            (el, ready) => {
                const chart = el && ready && new Chart(el, this.getConfig());
                return () => chart && chart.destroy();
            },
            () => [
                this.canvas.el,
                this.state.ready,
                JSON.stringify([this.props.curve, this.props.point]),
            ],
        );
    }

    /** The same figures in words. */
    get description() {
        const {x_texts, y_texts} = this.props.curve;
        const said = x_texts.map((place, index) =>
            _t("%(place)s brings %(pay)s", {place, pay: y_texts[index]}),
        );
        return _t("What more brings: %s", said.join(", "));
    }

    color(name) {
        return getComputedStyle(this.canvas.el).getPropertyValue(
            `--o-more-curve-${name}`,
        );
    }

    getConfig() {
        const {x, y, x_texts, y_texts} = this.props.curve;
        const {point} = this.props;
        const isOn = point.x > 0 && point.x <= x.at(-1);
        const font = {family: getComputedStyle(this.canvas.el).fontFamily};
        const ticks = {color: this.color("text"), font, maxTicksLimit: 5};
        // whole amounts are short enough for a phone
        const short = (texts, values) => (value) => {
            const index = values.indexOf(value);
            return index < 0 ? "" : texts[index];
        };
        return {
            type: "line",
            data: {
                datasets: [
                    {
                        data: isOn ? [{x: point.x, y: point.y}] : [],
                        showLine: false,
                        pointRadius: 6,
                        pointHoverRadius: 6,
                        backgroundColor: this.color("line"),
                    },
                    {
                        data: x.map((place, index) => ({x: place, y: y[index]})),
                        borderColor: this.color("line"),
                        backgroundColor: this.color("area"),
                        borderWidth: 2,
                        fill: true,
                        pointRadius: 0,
                        pointHitRadius: 12,
                    },
                ],
            },
            options: {
                animation: false,
                maintainAspectRatio: false,
                layout: {padding: {top: 8, right: 12}},
                plugins: {
                    legend: {display: false},
                    tooltip: {
                        displayColors: false,
                        callbacks: {
                            title: () => "",
                            label: ({datasetIndex, dataIndex}) =>
                                datasetIndex
                                    ? _t("%(place)s brings %(pay)s", {
                                          place: x_texts[dataIndex],
                                          pay: y_texts[dataIndex],
                                      })
                                    : point.text,
                        },
                    },
                },
                scales: {
                    x: {
                        type: "linear",
                        min: 0,
                        max: x.at(-1),
                        grid: {display: false},
                        border: {color: this.color("grid")},
                        ticks: {
                            ...ticks,
                            maxRotation: 0,
                            stepSize: x.at(-1) / 4,
                            callback: short(x_texts, x),
                        },
                    },
                    y: {
                        beginAtZero: true,
                        border: {display: false},
                        grid: {color: this.color("grid")},
                        ticks: {
                            ...ticks,
                            callback: (value) => value.toLocaleString(),
                        },
                    },
                },
            },
        };
    }
}
