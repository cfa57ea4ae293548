import {Component, useState} from "@odoo/owl";
import {getCurrency} from "@web/core/currency";
import {Dropdown} from "@web/core/dropdown/dropdown";
import {DropdownItem} from "@web/core/dropdown/dropdown_item";
import {_t} from "@web/core/l10n/translation";
import {useService} from "@web/core/utils/hooks";
import {FormViewDialog} from "@web/views/view_dialogs/form_view_dialog";
import {COMPONENT, sayError} from "../designer_model";
import {PayCurve} from "../pay_curve/pay_curve";
import {RateTable} from "../rate_table/rate_table";
import {SavedDomain} from "../saved_domain/saved_domain";
import {SavedField} from "../saved_field/saved_field";
import {SavedRecord} from "../saved_record/saved_record";

const MODULE = "sales_commission_gamify";
const FIRST_FORMULA = "credited * 0.05";
const PARTS = {
    gate: "sales.commission.gate",
    accelerator: "sales.commission.accelerator",
    multiplier: "sales.commission.multiplier",
    weight: "sales.commission.weight",
};

/** One component of the plan: what counts, for whom, and what it pays. */
export class ComponentCard extends Component {
    static template = "sales_commission_gamify.DesignerComponentCard";
    static components = {
        Dropdown,
        DropdownItem,
        PayCurve,
        RateTable,
        SavedDomain,
        SavedField,
        SavedRecord,
    };
    static props = {
        model: Object,
        card: Object,
        position: Number,
        onMove: Function,
        onDuplicate: Function,
        onDelete: Function,
    };

    setup() {
        this.dialog = useService("dialog");
        this.state = useState({level: null, added: [], error: "", choosing: false});
    }

    get model() {
        return this.props.model;
    }

    get card() {
        return this.props.card;
    }

    get readonly() {
        return !this.model.canEdit;
    }

    id(name) {
        return `component_${name}_${this.card.id}`;
    }

    string(name) {
        return this.model.field("component", name).string;
    }

    help(name) {
        return this.model.field("component", name).help || "";
    }

    choices(name) {
        return this.model.field("component", name).selection;
    }

    save(name, value) {
        return this.model.saveComponent(this.card, {[name]: value});
    }

    /** A formula has to be there before a component can pay by it: a simple one is
     * put in, and opened to be changed. */
    async savePays(pays) {
        if (pays !== "formula" || this.card.formula) {
            await this.save("pays", pays);
            return;
        }
        await this.model.saveComponent(this.card, {pays, formula: FIRST_FORMULA});
        this.openPart("formula", this.card.id, _t("Formula"));
    }

    /** Levels need a hierarchy: it is chosen first, then both are saved. */
    async saveCredited(value) {
        this.state.choosing = value === "hierarchy" && !this.card.hierarchy_id;
        if (!this.state.choosing) {
            await this.save("credited_to", value);
        }
    }

    async saveHierarchy(id) {
        await this.model.saveComponent(this.card, {
            credited_to: "hierarchy",
            hierarchy_id: id,
        });
        this.state.choosing = false;
    }

    get hasHierarchy() {
        return this.card.credited_to === "hierarchy" || this.state.choosing;
    }

    // --- what counts ------------------------------------------------------------

    get companyDomain() {
        return [["company_id", "in", [false, this.model.plan.company_id]]];
    }

    get moneyUnit() {
        return getCurrency(this.model.currencyId)?.symbol || "";
    }

    get quotaUnit() {
        return this.card.unit === "money" ? this.moneyUnit : "";
    }

    // --- levels -----------------------------------------------------------------

    get hasLevels() {
        return this.card.credited_to === "hierarchy" || this.card.levels.length > 1;
    }

    get levels() {
        return [...new Set([...this.card.levels, ...this.state.added])].sort(
            (one, other) => one - other,
        );
    }

    get level() {
        const {level} = this.state;
        return this.levels.includes(level) ? level : this.levels[0];
    }

    levelName(level) {
        return level ? _t("Level %s", level) : _t("Salesperson");
    }

    showLevel(level) {
        this.state.level = level;
    }

    addLevel() {
        const level = Math.max(...this.levels) + 1;
        this.state.added.push(level);
        this.state.level = level;
    }

    get curve() {
        return (
            this.card.curves[this.level] || {
                error: _t("Add a step that starts at 0 to see the curve."),
            }
        );
    }

    // --- modifiers and dialogs --------------------------------------------------

    get additions() {
        const isMeasure = this.card.basis === "measure";
        return [
            {kind: "gate", label: _t("Gate: nothing below a part of the quota")},
            {kind: "accelerator", label: _t("Accelerator: higher rates above quota")},
            {kind: "multiplier", label: _t("Multiplier: by another component")},
            {kind: "limits", label: _t("Floor and caps")},
            ...(isMeasure
                ? []
                : [{kind: "weight", label: _t("Weight in the scorecard")}]),
            ...(this.card.pays === "formula"
                ? [{kind: "formula", label: _t("Formula")}]
                : []),
        ];
    }

    openRules() {
        this.openForm(COMPONENT, this.card.id, _t("All rules of %s", this.card.name));
    }

    openChip(chip) {
        this.openPart(chip.kind, chip.id, chip.label);
    }

    addPart({kind, label}) {
        this.openPart(kind, kind in PARTS ? false : this.card.id, label);
    }

    openPart(kind, resId, title) {
        const view = `${MODULE}.sales_commission_${
            kind in PARTS ? kind : `component_${kind}`
        }_view_form_designer`;
        const context = {form_view_ref: view};
        this.openForm(PARTS[kind] || COMPONENT, resId, title, context, "md");
    }

    openForm(resModel, resId, title, context = {}, size = "lg") {
        const values = resId ? {} : {default_component_id: this.card.id};
        this.dialog.add(FormViewDialog, {
            resModel,
            resId,
            title,
            size,
            canExpand: false,
            readonly: this.readonly,
            preventEdit: this.readonly,
            context: {in_plan: true, ...values, ...context},
            onRecordSaved: () => this.model.refreshSaved(this.card.id),
        });
    }

    get removable() {
        return !this.readonly;
    }

    async removeChip(chip) {
        try {
            if (chip.kind in PARTS) {
                await this.model.deleteChip(this.card, chip);
            } else {
                await this.model.saveComponent(this.card, chip.clear);
            }
            this.state.error = "";
        } catch (error) {
            this.state.error = sayError(error);
        }
    }

    // --- order ------------------------------------------------------------------

    onHandleKey(ev) {
        const step = {ArrowUp: -1, ArrowDown: 1}[ev.key];
        if (step) {
            ev.preventDefault();
            this.props.onMove(this.card, step);
        }
    }
}
