import {Component, useRef, useState} from "@odoo/owl";
import {loadBundle} from "@web/core/assets";
import {ConfirmationDialog} from "@web/core/confirmation_dialog/confirmation_dialog";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {useService} from "@web/core/utils/hooks";
import {useSortable} from "@web/core/utils/sortable_owl";
import {useSetupAction} from "@web/search/action_hook";
import {Layout} from "@web/search/layout";
import {standardActionServiceProps} from "@web/webclient/actions/action_service";
import {PageError, PageLoading, useFirstLoad} from "../page_state/page_state";
import {ComponentCard} from "./component_card/component_card";
import {DesignerModel, PLAN, sayError} from "./designer_model";
import {PlanHead} from "./plan_head/plan_head";
import {PlanText} from "./plan_text/plan_text";
import {Starters} from "./starters/starters";
import {TryIt} from "./try_it/try_it";

const MODULE = "sales_commission_gamify";

/** One page to design a plan, try it and publish it. */
export class PlanDesigner extends Component {
    static template = "sales_commission_gamify.PlanDesigner";
    static components = {
        ComponentCard,
        Layout,
        PageError,
        PageLoading,
        PlanHead,
        PlanText,
        Starters,
        TryIt,
    };

    static props = {...standardActionServiceProps};
    static displayName = _t("Plan Designer");
    static path = "commission-designer";

    setup() {
        this.action = useService("action");
        this.dialog = useService("dialog");
        this.display = {controlPanel: {}};
        this.model = useState(new DesignerModel(useService("orm")));
        this.state = useState({
            error: "",
            said: "",
            showText: false,
            adding: false,
        });
        this.cards = useRef("cards");
        this.page = useRef("page");
        useSortable({
            ref: this.cards,
            elements: ".o_designer_card",
            handle: ".o_designer_handle",
            cursor: "grabbing",
            enable: () => this.model.status === "ready" && this.model.canEdit,
            onDrop: ({element, previous}) => this.drop(element, previous),
        });
        // a plan made here is found again when the breadcrumb leads back
        useSetupAction({getLocalState: () => ({planId: this.model.data?.plan?.id})});
        const {action, state, resId} = this.props;
        useFirstLoad(() => this.load(state?.planId || action.params?.plan_id || resId));
    }

    async load(planId) {
        this.planId = planId;
        await this.model.load(planId, loadBundle("web.chartjs_lib"));
        this.keepAddress();
    }

    /** So that reloading the page shows the same plan. */
    keepAddress() {
        const {plan} = this.model.data || {};
        if (plan && plan.id !== this.address) {
            this.address = plan.id;
            this.props.updateActionState?.({resId: plan.id});
            // coming from the plan's form the breadcrumb has its name already
            const {breadcrumbs = [], setDisplayName} = this.env.config;
            if (!breadcrumbs.slice(0, -1).some(({name}) => name === plan.name)) {
                setDisplayName?.(plan.name);
            }
        }
    }

    get statusText() {
        if (!this.model.plan || !this.model.canEdit) {
            return "";
        }
        if (this.model.saving) {
            return _t("Saving…");
        }
        return this.model.refused ? _t("Not saved") : _t("All changes saved");
    }

    get bannerText() {
        const {plan} = this.model;
        if (!this.model.data.can_write) {
            return _t("You may read this plan. A commission officer can change it.");
        }
        const isClosed = plan.state === "closed";
        return isClosed
            ? _t("This plan is closed: its rules stay as they were. Duplicate it.")
            : _t(
                  "This plan is published: payees rely on its rules, so they cannot " +
                      "change. Make a new version to change them from a date on.",
              );
    }

    /** Does it; what the server refuses is said above the page. */
    async attempt(change) {
        this.state.error = "";
        let result = null;
        try {
            result = await change();
        } catch (error) {
            this.state.error = sayError(error);
            this.page.el?.scrollIntoView({block: "start"});
        }
        this.keepAddress();
        return result;
    }

    // --- components -------------------------------------------------------------

    async addComponent(starter) {
        const id = await this.attempt(() => this.model.addComponent(starter));
        this.state.adding = false;
        this.focusCard(id);
    }

    async duplicate(card) {
        const id = await this.attempt(() => this.model.duplicateComponent(card));
        this.state.said = _t("%s was duplicated.", card.name);
        this.focusCard(id);
    }

    delete(card) {
        this.dialog.add(ConfirmationDialog, {
            title: _t("Delete this component?"),
            body: _t("“%s” and its rate table are deleted.", card.name),
            confirmLabel: _t("Delete"),
            confirm: async () => {
                await this.attempt(() => this.model.deleteComponent(card));
                this.state.said = _t("%s was deleted.", card.name);
            },
            cancel: () => {},
        });
    }

    showStarters() {
        this.state.adding = true;
    }

    focusCard(id) {
        this.focusLater(`#component_name_${id}`);
    }

    /** Once what was saved is drawn; drawing takes the focus from what it moves. */
    focusLater(selector) {
        const focus = () => this.page.el?.querySelector(selector)?.focus();
        requestAnimationFrame(() => requestAnimationFrame(focus));
    }

    get ids() {
        return this.model.components.map(({id}) => id);
    }

    drop(element, previous) {
        const id = Number(element.dataset.id);
        const ids = this.ids.filter((one) => one !== id);
        const after = previous ? ids.indexOf(Number(previous.dataset.id)) : -1;
        ids.splice(after + 1, 0, id);
        return this.attempt(() => this.model.reorder(ids));
    }

    async move(card, step) {
        const ids = this.ids;
        const from = ids.indexOf(card.id);
        const to = from + step;
        if (to < 0 || to >= ids.length) {
            return;
        }
        ids.splice(from, 1);
        ids.splice(to, 0, card.id);
        const saved = this.attempt(() => this.model.reorder(ids));
        this.state.said = _t("%(name)s is now number %(number)s of %(count)s.", {
            name: card.name,
            number: to + 1,
            count: ids.length,
        });
        await saved;
        this.focusLater(`[data-id="${card.id}"] .o_designer_handle`);
    }

    // --- the plan's buttons -----------------------------------------------------

    publish() {
        this.confirm(
            _t("Publish this plan?"),
            _t(
                "Its rules cannot change afterwards, and the documents since its first " +
                    "day are credited at once.",
            ),
            _t("Publish"),
            "action_publish",
        );
    }

    close() {
        this.confirm(
            _t("Close this plan?"),
            _t("Documents after its last day no longer count."),
            _t("Close the plan"),
            "action_close",
        );
    }

    confirm(title, body, confirmLabel, method) {
        this.dialog.add(ConfirmationDialog, {
            title,
            body,
            confirmLabel,
            confirm: () => this.attempt(() => this.model.callPlan(method)),
            cancel: () => {},
        });
    }

    toggleText() {
        this.state.showText = !this.state.showText;
        if (this.state.showText) {
            const show = () => {
                const text = this.page.el?.querySelector(".o_designer_text");
                text?.focus({preventScroll: true});
                text?.scrollIntoView({block: "nearest"});
            };
            requestAnimationFrame(() => requestAnimationFrame(show));
        }
    }

    async openAction(method) {
        const action = await this.attempt(() => this.model.callPlan(method));
        if (!action?.type) {
            return;
        }
        const {res_model, res_id, target} = action;
        await this.action.doAction(
            res_model === PLAN && res_id && target !== "new"
                ? this.getDesignerAction(res_id)
                : action,
        );
    }

    openPayees() {
        return this.openAction("action_view_payees");
    }

    newVersion() {
        return this.openAction("action_new_version");
    }

    openForm() {
        return this.action.doAction({
            type: "ir.actions.act_window",
            name: _t("Plan"),
            res_model: PLAN,
            res_id: this.model.plan.id,
            views: [[false, "form"]],
        });
    }

    getDesignerAction(planId) {
        return {
            type: "ir.actions.client",
            tag: `${MODULE}.plan_designer`,
            params: {plan_id: planId},
        };
    }
}

registry.category("actions").add(`${MODULE}.plan_designer`, PlanDesigner);
