import {_t} from "@web/core/l10n/translation";

/** What Chart.js draws of the program's figures. */

function axis(colors, more = {}) {
    return {
        grid: {color: colors.grid},
        border: {display: false},
        ...more,
        ticks: {color: colors.text, maxTicksLimit: 6, ...more.ticks},
        title: {display: Boolean(more.label), text: more.label, color: colors.text},
    };
}

function options(more, onSelect) {
    return {
        animation: false,
        maintainAspectRatio: false,
        onClick: (_event, [item]) => item && onSelect?.(item.index),
        onHover: (event, items) => {
            event.native.target.style.cursor =
                items.length && onSelect ? "pointer" : "default";
        },
        ...more,
    };
}

export function getTrendConfig(page, colors, onSelect) {
    const months = page.trend_months;
    const common = {maxBarThickness: 40, minBarLength: 2};
    return {
        type: "bar",
        data: {
            labels: months.map((month) => page.monthName(month.date)),
            datasets: [
                {
                    type: "line",
                    label: _t("Earned"),
                    data: months.map((month) => month.earned),
                    borderColor: colors.line,
                    backgroundColor: colors.line,
                    borderWidth: 2,
                    pointRadius: 2,
                },
                {
                    label: _t("Paid out"),
                    data: months.map((month) => month.paid_out),
                    backgroundColor: months.map((month) =>
                        month.is_shown ? colors.bar : colors.past,
                    ),
                    borderRadius: 4,
                    ...common,
                },
            ],
        },
        options: options(
            {
                plugins: {
                    legend: {labels: {color: colors.text}, position: "bottom"},
                    tooltip: {
                        callbacks: {
                            label: (bar) =>
                                `${bar.dataset.label}: ${page.money(bar.parsed.y)}`,
                        },
                    },
                },
                scales: {
                    x: axis(colors, {
                        grid: {display: false},
                        ticks: {maxTicksLimit: 12},
                    }),
                    y: axis(colors, {
                        beginAtZero: true,
                        ticks: {callback: (value) => page.moneyShort(value)},
                    }),
                },
            },
            onSelect,
        ),
    };
}

export function getDistributionConfig(page, colors, onSelect) {
    const bins = page.distribution;
    return {
        type: "bar",
        data: {
            labels: bins.map((bin) => page.binLabel(bin)),
            datasets: [
                {
                    data: bins.map((bin) => bin.payees.length),
                    backgroundColor: bins.map((bin) =>
                        bin.from >= 100 ? colors.bar : colors.past,
                    ),
                    borderRadius: 4,
                },
            ],
        },
        options: options(
            {
                plugins: {
                    legend: {display: false},
                    tooltip: {
                        displayColors: false,
                        callbacks: {
                            label: (bar) => _t("%s payees", page.number(bar.parsed.y)),
                        },
                    },
                },
                scales: {
                    x: axis(colors, {
                        grid: {display: false},
                        label: _t("Attainment"),
                        ticks: {maxTicksLimit: 9},
                    }),
                    y: axis(colors, {
                        beginAtZero: true,
                        label: _t("Payees"),
                        ticks: {precision: 0},
                    }),
                },
            },
            onSelect,
        ),
    };
}

export function getPerformanceConfig(page, by, colors, onSelect) {
    const dots = page.getDots(by);
    const say = (value) =>
        by === "attainment" ? page.percent(value, 0) : page.moneyShort(value);
    return {
        type: "scatter",
        data: {
            datasets: [
                {data: dots, backgroundColor: colors.bar, radius: 5, hoverRadius: 7},
            ],
        },
        options: options(
            {
                plugins: {
                    legend: {display: false},
                    tooltip: {
                        displayColors: false,
                        callbacks: {
                            label: ({raw}) =>
                                `${raw.payee.name}: ${say(raw.x)}, ${page.money(raw.y)}`,
                        },
                    },
                },
                scales: {
                    x: axis(colors, {
                        beginAtZero: true,
                        label: by === "attainment" ? _t("Attainment") : _t("Invoiced"),
                        ticks: {callback: say},
                    }),
                    y: axis(colors, {
                        beginAtZero: true,
                        label: _t("Earned"),
                        ticks: {callback: (value) => page.moneyShort(value)},
                    }),
                },
            },
            (index) => onSelect(dots[index].payee),
        ),
    };
}
