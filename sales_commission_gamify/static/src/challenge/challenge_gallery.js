import {Component, useState} from "@odoo/owl";
import {registry} from "@web/core/registry";
import {useService} from "@web/core/utils/hooks";
import {Layout} from "@web/search/layout";
import {standardActionServiceProps} from "@web/webclient/actions/action_service";
import {PageError, PageLoading, useFirstLoad} from "../page_state/page_state";

const CHALLENGE = "sales.commission.challenge";

/** Challenges to start from: a card each, a click makes the draft and opens it. */
export class ChallengeGallery extends Component {
    static template = "sales_commission_gamify.ChallengeGallery";
    static components = {Layout, PageError, PageLoading};
    static props = {...standardActionServiceProps};

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.display = {controlPanel: {}};
        this.state = useState({status: "loading", isBusy: false});
        useFirstLoad(() => this.load());
    }

    async load() {
        this.state.status = "loading";
        try {
            this.templates = await this.orm.silent.call(CHALLENGE, "get_templates", []);
            this.state.status = "ready";
        } catch (error) {
            this.error = error;
            this.state.status = "error";
        }
    }

    async pick(key) {
        if (this.state.isBusy) {
            return;
        }
        this.state.isBusy = true;
        try {
            const action = await this.orm.call(CHALLENGE, "create_from_template", [
                key,
            ]);
            await this.action.doAction(action);
        } finally {
            this.state.isBusy = false;
        }
    }
}

registry
    .category("actions")
    .add("sales_commission_gamify.challenge_gallery", ChallengeGallery);
