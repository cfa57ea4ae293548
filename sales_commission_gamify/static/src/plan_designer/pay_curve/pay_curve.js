/* global Chart */
import {Component, useEffect, useRef} from "@odoo/owl";
import {formatCurrency} from "@web/core/currency";
import {_t} from "@web/core/l10n/translation";
import {formatFloat} from "@web/core/utils/numbers";

const NAMES = {
    step: () => _t("Step"),
    quota: () => _t("Quota"),
    gate: () => _t("Gate"),
    accelerator: () => _t("Accelerator"),
    cap: () => _t("Cap"),
    floor: () => _t("Floor"),
};
const DASHES = {quota: [], gate: [2, 2], step: [4, 4], accelerator: [8, 4]};

/** What is paid against what is counted, as the server's engine prices it. */
export class PayCurve extends Component {
    static template = "sales_commission_gamify.PayCurve";
    static props = {curve: Object, currencyId: Number};

    setup() {
        this.canvas = useRef("canvas");
        useEffect(
            (el) => {
                const chart = el && new Chart(el, this.getConfig());
                return () => chart?.destroy();
            },
            () => [this.canvas.el, JSON.stringify(this.props.curve)],
        );
    }

    get curve() {
        return this.props.curve;
    }

    money(amount, options = {}) {
        return formatCurrency(amount, this.props.currencyId, {
            trailingZeros: false,
            ...options,
        });
    }

    short(amount) {
        return this.money(amount, {
            humanReadable: Math.abs(amount) >= 10000,
            digits: [16, Math.abs(amount) >= 10000 ? 0 : 2],
        });
    }

    position(value, isShort = false) {
        if (this.curve.unit === "money") {
            return isShort ? this.short(value) : this.money(value);
        }
        const number = formatFloat(value, {digits: [16, 2], trailingZeros: false});
        return this.curve.unit === "percent" ? `${number} %` : number;
    }

    /** What the marks mean, for those who cannot see the colours too. */
    get legend() {
        return this.curve.marks
            .filter(({kind, x}) => kind !== "step" || x)
            .map((mark, index) => ({
                key: index,
                kind: mark.kind,
                text: this.describe(mark),
            }));
    }

    describe({kind, label, x, y}) {
        const facts = {label, position: x === undefined ? "" : this.position(x)};
        if (y !== undefined) {
            return x === undefined
                ? label
                : kind === "cap"
                  ? _t("%(label)s, reached at %(position)s", facts)
                  : _t("%(label)s, up to %(position)s", facts);
        }
        return kind === "step"
            ? _t("%(label)s from %(position)s", facts)
            : _t("%(label)s (at %(position)s)", facts);
    }

    kindName(kind) {
        return NAMES[kind]();
    }

    /** The same figures in words. */
    get description() {
        const {x, y, marks} = this.curve;
        const wanted = new Set([...marks.map((mark) => mark.x), x.at(-1)]);
        const said = x
            .map((position, index) => [position, y[index]])
            .filter(([position]) => wanted.has(position))
            .map(([position, pay]) =>
                _t("%(pay)s at %(position)s", {
                    pay: this.money(pay),
                    position: this.position(position),
                }),
            );
        return _t("What is paid: %s", said.join(", "));
    }

    color(name) {
        return getComputedStyle(this.canvas.el).getPropertyValue(
            `--o-designer-${name}`,
        );
    }

    get font() {
        return getComputedStyle(this.canvas.el).fontFamily;
    }

    getConfig() {
        const {x, y, x_label} = this.curve;
        const text = this.color("text");
        const grid = this.color("grid");
        const line = this.color("line");
        const font = {family: this.font};
        return {
            type: "line",
            data: {
                datasets: [
                    {
                        data: x.map((position, index) => ({x: position, y: y[index]})),
                        borderColor: line,
                        backgroundColor: this.color("area"),
                        borderWidth: 2,
                        fill: true,
                        pointRadius: 0,
                        pointHitRadius: 12,
                        tension: 0,
                    },
                ],
            },
            options: {
                animation: false,
                maintainAspectRatio: false,
                interaction: {mode: "nearest", axis: "x", intersect: false},
                layout: {padding: {top: 18, right: 8}},
                plugins: {
                    legend: {display: false},
                    tooltip: {
                        displayColors: false,
                        callbacks: {
                            title: ([point]) => this.position(point.parsed.x),
                            label: (point) => this.money(point.parsed.y),
                        },
                    },
                },
                scales: {
                    x: {
                        type: "linear",
                        min: 0,
                        max: x.at(-1),
                        title: {display: true, text: x_label, color: text, font},
                        grid: {display: false},
                        border: {color: grid},
                        ticks: {
                            color: text,
                            font,
                            maxTicksLimit: 6,
                            maxRotation: 0,
                            includeBounds: false,
                            callback: (value) => this.position(value, true),
                        },
                    },
                    y: {
                        beginAtZero: true,
                        grace: "8%",
                        border: {display: false},
                        grid: {color: grid},
                        ticks: {
                            color: text,
                            font,
                            maxTicksLimit: 5,
                            callback: (value) => this.short(value),
                        },
                    },
                },
            },
            plugins: [{id: "marks", beforeDatasetsDraw: (chart) => this.draw(chart)}],
        };
    }

    draw(chart) {
        for (const mark of this.curve.marks) {
            if (mark.y !== undefined) {
                this.drawLimit(chart, mark);
            } else if (mark.x) {
                this.drawPlace(chart, mark);
            }
        }
    }

    drawPlace({ctx, chartArea, scales}, mark) {
        const x = scales.x.getPixelForValue(mark.x);
        const color = this.color(mark.kind);
        ctx.save();
        if (mark.kind === "gate" && mark.closes === "pay") {
            ctx.fillStyle = this.color("closed");
            ctx.fillRect(
                chartArea.left,
                chartArea.top,
                x - chartArea.left,
                chartArea.bottom - chartArea.top,
            );
        }
        this.line(ctx, color, DASHES[mark.kind], [
            [x, chartArea.top],
            [x, chartArea.bottom],
        ]);
        if (mark.kind === "step") {
            this.write(ctx, color, mark.label, x, chartArea.top - 4, "center");
        }
        ctx.restore();
    }

    drawLimit({ctx, chartArea, scales}, mark) {
        const y = scales.y.getPixelForValue(mark.y);
        if (y < chartArea.top || y > chartArea.bottom) {
            return;
        }
        const color = this.color(mark.kind);
        ctx.save();
        this.line(
            ctx,
            color,
            [6, 3],
            [
                [chartArea.left, y],
                [chartArea.right, y],
            ],
        );
        this.write(ctx, color, mark.label, chartArea.right - 4, y - 4, "right");
        ctx.restore();
    }

    line(ctx, color, dash, [from, to]) {
        ctx.strokeStyle = color;
        ctx.lineWidth = 1.5;
        ctx.setLineDash(dash);
        ctx.beginPath();
        ctx.moveTo(...from);
        ctx.lineTo(...to);
        ctx.stroke();
    }

    write(ctx, color, text, x, y, align) {
        ctx.fillStyle = color;
        ctx.font = `11px ${this.font}`;
        ctx.textAlign = align;
        ctx.fillText(text, x, y);
    }
}
