import {Component, useRef, useState} from "@odoo/owl";
import {Layout} from "@web/search/layout";
import {_t} from "@web/core/l10n/translation";
import {formatFloat} from "@web/views/fields/formatters";
import {parseFloat} from "@web/views/fields/parsers";
import {registry} from "@web/core/registry";
import {standardActionServiceProps} from "@web/webclient/actions/action_service";
import {useService} from "@web/core/utils/hooks";
import {useSetupAction} from "@web/search/action_hook";
import {PageError, PageLoading, useFirstLoad} from "../page_state/page_state";

const PLAN = "sales.commission.plan";
const MOVES = {
    ArrowUp: [-1, 0],
    ArrowDown: [1, 0],
    Enter: [1, 0],
};

/** Targets of a whole plan, typed as in a spreadsheet. */
export class QuotaGrid extends Component {
    static template = "sales_commission_gamify.QuotaGrid";
    static components = {Layout, PageError, PageLoading};
    static props = {...standardActionServiceProps};
    static displayName = _t("Targets");

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.notification = useService("notification");
        this.display = {controlPanel: {}};
        this.root = useRef("root");
        const {params, context} = this.props.action;
        this.planId = (params && params.plan_id) || (context && context.active_id);
        this.state = useState({
            grid: null,
            failed: null,
            typed: {},
            errors: {},
            saving: false,
        });
        useSetupAction({
            beforeLeave: () => this.save(),
            beforeUnload: (event) => this.isDirty && event.preventDefault(),
        });
        useFirstLoad(() => this.planId && this.open());
    }

    get isDirty() {
        return Object.keys(this.state.typed).length > 0;
    }

    async open() {
        this.state.failed = null;
        try {
            await this.load({});
        } catch (error) {
            this.state.failed = error;
        }
    }

    async load(options) {
        const grid = this.state.grid || {};
        this.state.grid = await this.orm.call(
            PLAN,
            "get_target_grid",
            [[this.planId]],
            {
                component_id: grid.component_id || false,
                date: grid.date || false,
                span: grid.span || "year",
                ...options,
            },
        );
        this.state.typed = {};
        this.state.errors = {};
    }

    /** Keep what was typed before another part of the targets is shown. */
    async show(options) {
        if (await this.save()) {
            await this.load(options);
        }
    }

    showComponent(id) {
        return this.show({component_id: Number(id)});
    }

    move(direction) {
        const [year, month] = this.state.grid.date.split("-").map(Number);
        const months = this.state.grid.span === "year" ? 12 : 3;
        const count = year * 12 + month - 1 + direction * months;
        const text = String((count % 12) + 1).padStart(2, "0");
        return this.show({date: `${Math.floor(count / 12)}-${text}-01`});
    }

    // --- figures -------------------------------------------------------------------

    key(row, column) {
        return `${row.key}|${column.date}`;
    }

    format(number) {
        return formatFloat(number, {digits: [16, 2], trailingZeros: false});
    }

    /** What stands in the cell: typed, else saved, else nothing. */
    text(row, column) {
        const typed = this.state.typed[this.key(row, column)];
        if (typed !== undefined) {
            return typed;
        }
        const saved = row.cells[column.date];
        return saved ? this.format(saved) : "";
    }

    /** What holds when the cell is empty. */
    placeholder(row, column) {
        const number = row.otherwise[column.date];
        return number && !row.cells[column.date] ? this.format(number) : "";
    }

    parse(text) {
        if (!text.trim()) {
            return 0;
        }
        const number = parseFloat(text.trim());
        if (!Number.isFinite(number) || number < 0) {
            throw new Error("not a target");
        }
        return number;
    }

    value(row, column) {
        try {
            const number = this.parse(this.text(row, column));
            return number || this.fallback(row, column);
        } catch {
            return 0;
        }
    }

    fallback(row, column) {
        return row.cells[column.date] ? 0 : row.otherwise[column.date] || 0;
    }

    rowTotal(row) {
        return this.format(
            this.state.grid.columns.reduce((sum, one) => sum + this.value(row, one), 0),
        );
    }

    columnTotal(column) {
        return this.format(
            this.payees.reduce((sum, row) => sum + this.value(row, column), 0),
        );
    }

    get total() {
        const {columns} = this.state.grid;
        return this.format(
            columns.reduce(
                (sum, column) =>
                    sum +
                    this.payees.reduce(
                        (part, row) => part + this.value(row, column),
                        0,
                    ),
                0,
            ),
        );
    }

    get payees() {
        return this.state.grid.rows.filter((row) => row.kind === "payee");
    }

    error(row, column) {
        return this.state.errors[this.key(row, column)];
    }

    isReadonly(column) {
        return !column.open || !this.state.grid.can_write;
    }

    // --- typing --------------------------------------------------------------------

    type(row, column, text) {
        const key = this.key(row, column);
        const saved = row.cells[column.date];
        delete this.state.errors[key];
        if (text.trim() === (saved ? this.format(saved) : "")) {
            delete this.state.typed[key];
            return;
        }
        this.state.typed[key] = text;
        try {
            this.parse(text);
        } catch {
            this.state.errors[key] = _t("This is not a number of 0 or more.");
        }
    }

    onKeydown(event, rowIndex, columnIndex) {
        let step = MOVES[event.key];
        if (event.key === "Enter" && event.shiftKey) {
            step = [-1, 0];
        }
        const {selectionStart, selectionEnd, value} = event.target;
        if (event.key === "ArrowLeft" && selectionStart === 0) {
            step = [0, -1];
        } else if (event.key === "ArrowRight" && selectionEnd === value.length) {
            step = [0, 1];
        } else if (event.key === "Escape") {
            const {rows, columns} = this.state.grid;
            const key = this.key(rows[rowIndex], columns[columnIndex]);
            delete this.state.typed[key];
            delete this.state.errors[key];
        }
        if (step && this.focus(rowIndex + step[0], columnIndex + step[1])) {
            event.preventDefault();
        }
    }

    focus(rowIndex, columnIndex) {
        const input = this.root.el.querySelector(
            `input[data-row='${rowIndex}'][data-column='${columnIndex}']`,
        );
        if (input) {
            input.focus();
            input.select();
        }
        return Boolean(input);
    }

    /** Rows and columns copied from a spreadsheet fill the cells from here on. */
    onPaste(event, rowIndex, columnIndex) {
        const text = event.clipboardData.getData("text/plain").replace(/\r?\n$/, "");
        if (!/[\t\n]/.test(text)) {
            return;
        }
        event.preventDefault();
        const {rows, columns} = this.state.grid;
        let outside = 0;
        text.split(/\r?\n/).forEach((line, down) =>
            line.split("\t").forEach((cell, right) => {
                const row = rows[rowIndex + down];
                const column = columns[columnIndex + right];
                if (row && column && !this.isReadonly(column)) {
                    this.type(row, column, cell);
                } else {
                    outside++;
                }
            }),
        );
        if (outside) {
            this.notification.add(
                _t("%s pasted cells have no place here and were left out.", outside),
                {type: "warning"},
            );
        }
    }

    // --- saving --------------------------------------------------------------------

    getCells() {
        const cells = [];
        for (const row of this.state.grid.rows) {
            for (const column of this.state.grid.columns) {
                const text = this.state.typed[this.key(row, column)];
                if (text !== undefined) {
                    cells.push({
                        employee_id: row.employee_id,
                        team_id: row.team_id,
                        date_from: column.date,
                        amount: this.parse(text),
                    });
                }
            }
        }
        return cells;
    }

    /** @returns {Promise<boolean>} whether nothing is left to save */
    async save() {
        if (!this.isDirty) {
            return true;
        }
        if (Object.keys(this.state.errors).length) {
            this.notification.add(_t("Correct the marked cells first."), {
                type: "danger",
            });
            return false;
        }
        this.state.saving = true;
        try {
            const errors = await this.orm.call(PLAN, "set_target_cells", [
                [this.planId],
                this.state.grid.component_id,
                this.getCells(),
            ]);
            if (errors.length) {
                this.showErrors(errors);
                return false;
            }
            await this.load({});
        } finally {
            this.state.saving = false;
        }
        return true;
    }

    showErrors(errors) {
        for (const error of errors) {
            const row = this.state.grid.rows.find(
                (one) =>
                    one.employee_id === error.employee_id &&
                    one.team_id === error.team_id,
            );
            if (row) {
                this.state.errors[this.key(row, {date: error.date_from})] =
                    error.message;
            }
        }
        this.notification.add(_t("Nothing was saved: correct the marked cells."), {
            type: "danger",
        });
    }

    discard() {
        this.state.typed = {};
        this.state.errors = {};
    }

    spread() {
        return this.action.doAction(
            "sales_commission_gamify.sales_commission_quota_spread_action",
            {
                additionalContext: {default_component_id: this.state.grid.component_id},
                onClose: () => this.load({}),
            },
        );
    }

    openList() {
        return this.action.doAction(
            "sales_commission_gamify.sales_commission_quota_action",
            {
                additionalContext: {
                    search_default_plan_id: this.planId,
                    default_component_id: this.state.grid.component_id,
                },
            },
        );
    }
}

registry.category("actions").add("sales_commission_gamify.quota_grid", QuotaGrid);
