/* global Chart */
import {Component, useEffect, useRef} from "@odoo/owl";

/**
 * A chart with a title, the same figures in words for those who cannot see it, and as a
 * table for those who want to read it.
 *
 * *getConfig* is given the colours of the theme, so that the chart follows it into the
 * dark.
 */
export class FigureChart extends Component {
    static template = "sales_commission_gamify.FigureChart";
    static props = {
        title: String,
        description: String,
        columns: Array,
        rows: Array,
        getConfig: Function,
        data: true,
        "*": true,
    };

    setup() {
        this.canvas = useRef("canvas");
        useEffect(
            () => {
                const chart = new Chart(
                    this.canvas.el,
                    this.props.getConfig(this.getColors()),
                );
                return () => chart.destroy();
            },
            () => [this.props.data],
        );
    }

    getColors() {
        const style = getComputedStyle(this.canvas.el);
        const color = (name) => style.getPropertyValue(`--o-figure-chart-${name}`);
        return {
            bar: color("bar"),
            past: color("past"),
            line: color("line"),
            text: color("text"),
            grid: color("grid"),
            font: {family: style.fontFamily},
        };
    }
}
