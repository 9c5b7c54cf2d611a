/** The part of Adaptive Cards 1.5 that is drawn here: https://adaptivecards.io/explorer/ */

/** No Markdown is read in one: https://learn.microsoft.com/adaptive-cards/authoring-cards/text-features */
export interface TextRun {
  readonly type: 'TextRun';
  readonly text: string;
  readonly weight?: 'Bolder';
  readonly fontType?: 'Monospace';
  readonly size?: 'Small' | 'Medium';
  readonly color?: 'Attention';
  readonly isSubtle?: true;
}

export interface RichTextBlock {
  readonly type: 'RichTextBlock';
  readonly inlines: readonly TextRun[];
  readonly spacing?: 'Small' | 'Medium';
  readonly separator?: true;
}

export type ContainerStyle = 'accent' | 'attention' | 'emphasis' | 'good' | 'warning';

export interface Container {
  readonly type: 'Container';
  readonly style: ContainerStyle;
  readonly bleed?: true;
  readonly items: readonly Element[];
}

interface Input {
  readonly id: string;
  readonly label: string;
  readonly isRequired: boolean;
  /** Read as Markdown by the renderer: our own words alone. */
  readonly errorMessage: string;
  readonly value?: string;
  readonly placeholder?: string;
}

export interface TextInput extends Input {
  readonly type: 'Input.Text';
  readonly maxLength: number;
  readonly isMultiline?: true;
}

export interface Choice {
  readonly title: string;
  readonly value: string;
}

export interface ChoiceSet extends Input {
  readonly type: 'Input.ChoiceSet';
  readonly style: 'compact' | 'filtered';
  readonly choices: readonly Choice[];
}

export interface ActionSet {
  readonly type: 'ActionSet';
  readonly actions: readonly Action[];
}

/** Somebody who is called, as the card's own list of them says. */
export interface Call {
  readonly type: 'mention';
  /** As it stands in the block: `<at>Grace</at>`. */
  readonly text: string;
  readonly mentioned: { readonly id: string; readonly name: string };
}

/** Mentions are read in no other element. Markdown is too: calls alone. */
export interface CallBlock {
  readonly type: 'TextBlock';
  readonly text: string;
  readonly wrap: true;
  readonly spacing: 'Medium';
}

export type Element = RichTextBlock | CallBlock | Container | TextInput | ChoiceSet | ActionSet;

interface Pressable {
  readonly title: string;
  readonly style?: 'positive' | 'destructive';
}

/** Comes back as it is; whoever can post as a person can have written it. */
export type ActionData = Readonly<Record<string, unknown>>;

export interface SubmitAction extends Pressable {
  readonly type: 'Action.Submit';
  readonly data: ActionData;
  readonly associatedInputs?: 'none';
}

export interface ExecuteAction extends Pressable {
  readonly type: 'Action.Execute';
  readonly verb: string;
  readonly data: ActionData;
  readonly associatedInputs?: 'none';
  readonly fallback?: SubmitAction;
}

export interface ShowCardAction extends Pressable {
  readonly type: 'Action.ShowCard';
  readonly card: { readonly type: 'AdaptiveCard' } & Pick<AdaptiveCard, 'body' | 'actions'>;
}

export type Action = SubmitAction | ExecuteAction | ShowCardAction;

export interface AdaptiveCard {
  readonly type: 'AdaptiveCard';
  readonly version: '1.5';
  readonly body: readonly Element[];
  readonly actions: readonly Action[];
  readonly refresh?: { readonly action: ExecuteAction; readonly userIds: readonly string[] };
  /** Drawn as Markdown by old clients: our own words alone. */
  readonly fallbackText: string;
  readonly msteams: { readonly width: 'Full'; readonly entities?: readonly Call[] };
}

type Drawn = Pick<AdaptiveCard, 'body'> &
  Partial<Pick<AdaptiveCard, 'actions' | 'refresh'>> & { readonly calls?: readonly Call[] };

export const adaptiveCard = ({ body, actions = [], calls = [], ...more }: Drawn): AdaptiveCard => ({
  type: 'AdaptiveCard',
  version: '1.5',
  body,
  actions,
  ...more,
  fallbackText:
    'This version of Teams cannot show this card. Update it, or look in another client.',
  msteams: { width: 'Full', ...(calls.length > 0 && { entities: calls }) },
});

export interface CardAttachment {
  readonly contentType: 'application/vnd.microsoft.card.adaptive';
  readonly content: AdaptiveCard;
}

export const attachment = (content: AdaptiveCard): CardAttachment => ({
  contentType: 'application/vnd.microsoft.card.adaptive',
  content,
});
