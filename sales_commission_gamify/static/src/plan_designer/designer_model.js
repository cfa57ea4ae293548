import {markup} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {ConnectionLostError} from "@web/core/network/rpc";
import {Mutex} from "@web/core/utils/concurrency";

export const PLAN = "sales.commission.plan";
export const COMPONENT = "sales.commission.component";
const EXAMPLE = "sales.commission.example";

/** What went wrong, in the server's own sentence where it has one. */
export function sayError(error) {
    if (error instanceof ConnectionLostError) {
        return _t("Not saved: no connection. Change it again once you are back.");
    }
    return error.data?.message || error.message || _t("Not saved. Try again.");
}

/** The plan as the page knows it. Whatever is changed is saved at once, one after the
 * other; a method that saves throws when the server refuses. */
export class DesignerModel {
    constructor(orm) {
        this.orm = orm;
        this.mutex = new Mutex();
        this.status = "loading";
        this.data = null;
        this.saving = 0;
        this.refused = false;
        this.revision = 0;
    }

    /** Ready once *library*, too, is there. */
    async load(planId, library) {
        this.status = "loading";
        try {
            [this.data] = await Promise.all([
                planId
                    ? this.orm.silent.call(PLAN, "get_designer", [planId])
                    : this.orm.silent.call(PLAN, "get_designer_start", []),
                library,
            ]);
        } catch (error) {
            this.error = error;
            this.status = "error";
            return;
        }
        this.revision++;
        this.status = "ready";
    }

    async reload() {
        this.data = await this.orm.silent.call(PLAN, "get_designer", [this.plan.id]);
        this.revision++;
    }

    get plan() {
        return this.data.plan;
    }

    get components() {
        return this.data.components;
    }

    get flags() {
        return this.data.flags;
    }

    get canEdit() {
        return this.data.can_edit;
    }

    get currencyId() {
        return this.data.currency_id;
    }

    field(model, name) {
        return this.data.fields[model][name] || {string: name};
    }

    /** Runs *change* after those before it, and tells how the saving goes. */
    save(change) {
        this.saving++;
        return this.mutex.exec(async () => {
            try {
                const result = await change();
                this.refused = false;
                this.revision++;
                return result;
            } catch (error) {
                this.refused = true;
                throw error;
            } finally {
                this.saving--;
            }
        });
    }

    savePlan(values) {
        return this.save(async () => {
            if (!this.plan) {
                await this.createPlan(values);
                return;
            }
            const {id} = this.plan;
            await this.orm.silent.write(PLAN, [id], values);
            this.data = await this.orm.silent.call(PLAN, "get_designer", [id]);
        });
    }

    async createPlan(values = {}) {
        const [id] = await this.orm.silent.create(PLAN, [
            {name: _t("New plan"), ...values},
        ]);
        this.data = await this.orm.silent.call(PLAN, "get_designer", [id]);
    }

    saveComponent(card, values) {
        return this.save(async () => {
            await this.orm.silent.write(COMPONENT, [card.id], values);
            await this.refresh(card.id);
        });
    }

    switchBasis(card, basis) {
        return this.save(async () => {
            await this.orm.silent.call(COMPONENT, "switch_basis_in_designer", [
                [card.id],
                basis,
            ]);
            await this.refresh(card.id);
        });
    }

    /** *command* changes one row of the rate table, as Odoo's one2many commands. */
    saveRate(card, command) {
        return this.saveComponent(card, {rate_ids: [command]});
    }

    async refresh(componentId) {
        const card = await this.orm.silent.call(COMPONENT, "get_designer_card", [
            componentId,
        ]);
        const index = this.components.findIndex(({id}) => id === componentId);
        this.components.splice(index, 1, card);
    }

    /** After a dialog changed the component: only what is shown is read anew. */
    refreshSaved(componentId) {
        return this.save(() => this.refresh(componentId));
    }

    addComponent(starter) {
        return this.save(async () => {
            if (!this.plan) {
                await this.createPlan();
            }
            const id = await this.orm.silent.call(COMPONENT, "create_in_designer", [
                this.plan.id,
                starter,
            ]);
            await this.reload();
            return id;
        });
    }

    duplicateComponent(card) {
        return this.save(async () => {
            const id = await this.orm.silent.call(COMPONENT, "duplicate_in_designer", [
                card.id,
            ]);
            await this.reload();
            return id;
        });
    }

    deleteComponent(card) {
        return this.save(async () => {
            await this.orm.silent.unlink(COMPONENT, [card.id]);
            await this.reload();
        });
    }

    deleteChip(card, chip) {
        return this.save(async () => {
            await this.orm.silent.unlink(chip.model, [chip.id]);
            await this.refresh(card.id);
        });
    }

    reorder(ids) {
        const cards = new Map(this.components.map((card) => [card.id, card]));
        this.data.components = ids.map((id) => cards.get(id));
        return this.savePlan({
            component_ids: ids.map((id, index) => [1, id, {sequence: index + 1}]),
        });
    }

    callPlan(method) {
        return this.save(async () => {
            const result = await this.orm.call(PLAN, method, [[this.plan.id]]);
            await this.reload();
            return result;
        });
    }

    tryOut(inputs) {
        return this.orm.silent.call(PLAN, "try_out", [this.plan.id, inputs]);
    }

    async getText() {
        const html = await this.orm.silent.call(PLAN, "get_document_html", [
            this.plan.id,
        ]);
        return markup(html || "");
    }

    keepExample(name, expected, lines) {
        return this.orm.silent.create(EXAMPLE, [
            {
                name,
                expected,
                plan_id: this.plan.id,
                line_ids: lines.map((line) => [0, 0, line]),
            },
        ]);
    }
}
