var e=Symbol.for(`preact-signals`);function t(){if(s>1)s--;else{var e,t=!1;for((function(){var e=d;for(d=void 0;e!==void 0;){var t=e.S;if(t.v===e.v)for(var n=t.t;n!==void 0;n=n.x)n.i===e.i&&(n.i=t.i);e=e.o}})();o!==void 0;){var n=o;for(o=void 0,c++;n!==void 0;){var r=n.u;if(n.u=void 0,n.f&=-3,!(8&n.f)&&g(n))try{n.c()}catch(n){t||=(e=n,!0)}n=r}}if(c=0,s--,t)throw e}}function n(e){if(s>0)return e();u=++l,s++;try{return e()}finally{t()}}var r,i=void 0;function a(e){var t=i,n=r;i=void 0,r=void 0;try{return e()}finally{i=t,r=n}}var o=void 0,s=0,c=0,l=0,u=0,d=void 0,f=0;function p(e){if(i!==void 0){var t=e.n;if(t===void 0||t.t!==i)return t={i:0,S:e,p:i.s,n:void 0,t:i,e:void 0,x:void 0,r:t},i.s!==void 0&&(i.s.n=t),i.s=t,e.n=t,32&i.f&&e.S(t),t;if(t.i===-1)return t.i=0,t.n!==void 0&&(t.n.p=t.p,t.p!==void 0&&(t.p.n=t.n),t.p=i.s,t.n=void 0,i.s.n=t,i.s=t),t}}function m(e,t){this.v=e,this.i=0,this.n=void 0,this.t=void 0,this.l=0,this.W=t?.watched,this.Z=t?.unwatched,this.name=t?.name}m.prototype.brand=e,m.prototype.h=function(){return!0},m.prototype.S=function(e){var t=this,n=this.t;n!==e&&e.e===void 0&&(e.x=n,this.t=e,n===void 0?a(function(){var e;(e=t.W)==null||e.call(t)}):n.e=e)},m.prototype.U=function(e){var t=this;if(this.t!==void 0){var n=e.e,r=e.x;n!==void 0&&(n.x=r,e.e=void 0),r!==void 0&&(r.e=n,e.x=void 0),e===this.t&&(this.t=r,r===void 0&&a(function(){var e;(e=t.Z)==null||e.call(t)}))}},m.prototype.subscribe=function(e){var t=this;return T(function(){var n=t.value;a(function(){return e(n)})},{name:`sub`})},m.prototype.valueOf=function(){return this.value},m.prototype.toString=function(){return this.value+``},m.prototype.toJSON=function(){return this.value},m.prototype.peek=function(){var e=this;return a(function(){return e.value})},Object.defineProperty(m.prototype,"value",{get:function(){var e=p(this);return e!==void 0&&(e.i=this.i),this.v},set:function(e){if(e!==this.v){if(c>100)throw Error(`Cycle detected`);(function(e){s!==0&&c===0&&e.l!==u&&(e.l=u,d={S:e,v:e.v,i:e.i,o:d})})(this),this.v=e,this.i++,f++,s++;try{for(var n=this.t;n!==void 0;n=n.x)n.t.N()}finally{t()}}}});function h(e,t){return new m(e,t)}function g(e){for(var t=e.s;t!==void 0;t=t.n)if(t.S.i!==t.i||!t.S.h()||t.S.i!==t.i)return!0;return!1}function _(e){for(var t=e.s;t!==void 0;t=t.n){var n=t.S.n;if(n!==void 0&&(t.r=n),t.S.n=t,t.i=-1,t.n===void 0){e.s=t;break}}}function v(e){for(var t=e.s,n=void 0;t!==void 0;){var r=t.p;t.i===-1?(t.S.U(t),r!==void 0&&(r.n=t.n),t.n!==void 0&&(t.n.p=r)):n=t,t.S.n=t.r,t.r!==void 0&&(t.r=void 0),t=r}e.s=n}function y(e,t){m.call(this,void 0,t),this.x=e,this.s=void 0,this.g=f-1,this.f=4}y.prototype=new m,y.prototype.h=function(){if(this.f&=-3,1&this.f)return!1;if((36&this.f)==32||(this.f&=-5,this.g===f))return!0;if(this.g=f,this.f|=1,this.i>0&&!g(this))return this.f&=-2,!0;var e=i;try{_(this),i=this;var t=this.x();(16&this.f||this.v!==t||this.i===0)&&(this.v=t,this.f&=-17,this.i++)}catch(e){this.v=e,this.f|=16,this.i++}return i=e,v(this),this.f&=-2,!0},y.prototype.S=function(e){if(this.t===void 0){this.f|=36;for(var t=this.s;t!==void 0;t=t.n)t.S.S(t)}m.prototype.S.call(this,e)},y.prototype.U=function(e){if(this.t!==void 0&&(m.prototype.U.call(this,e),this.t===void 0)){this.f&=-33;for(var t=this.s;t!==void 0;t=t.n)t.S.U(t)}},y.prototype.N=function(){if(!(2&this.f)){this.f|=6;for(var e=this.t;e!==void 0;e=e.x)e.t.N()}},Object.defineProperty(y.prototype,"value",{get:function(){if(1&this.f)throw Error(`Cycle detected`);var e=p(this);if(this.h(),e!==void 0&&(e.i=this.i),16&this.f)throw this.v;return this.v}});function b(e,t){return new y(e,t)}function x(e){var n=e.j;if(e.j=void 0,typeof n==`function`){s++;var r=i;i=void 0;try{n()}catch(t){throw e.f&=-2,e.f|=8,S(e),t}finally{i=r,t()}}}function S(e){for(var t=e.s;t!==void 0;t=t.n)t.S.U(t);e.x=void 0,e.s=void 0,x(e)}function C(e){if(i!==this)throw Error(`Out-of-order effect`);v(this),i=e,this.f&=-2;try{8&this.f&&S(this)}finally{t()}}function w(e,t){this.x=e,this.j=void 0,this.s=void 0,this.u=void 0,this.f=32,this.name=t?.name,r&&r.push(this)}w.prototype.c=function(){var e=this.S();try{if(8&this.f||this.x===void 0)return;var t=this.x();typeof t==`function`&&(this.j=t)}finally{e()}},w.prototype.S=function(){if(1&this.f)throw Error(`Cycle detected`);this.f|=1,this.f&=-9,x(this),_(this),s++;var e=i;return i=this,C.bind(this,e)},w.prototype.N=function(){2&this.f||(this.f|=2,this.u=o,o=this)},w.prototype.d=function(){this.f|=8,1&this.f||S(this)},w.prototype.dispose=function(){this.d()};function T(e,t){var n=new w(e,t);try{n.c()}catch(e){throw n.d(),e}var r=n.d.bind(n);return r[Symbol.dispose]=r,r}var E=class{capacity;#e=/* @__PURE__ */ new Map;#t;constructor(e,t=()=>{}){this.capacity=e,this.#t=t}get size(){return this.#e.size}get(e){let t=this.#e.get(e);return t!==void 0&&(this.#e.delete(e),this.#e.set(e,t)),t}set(e,t){this.#e.delete(e),this.#e.set(e,t);for(let[e,t]of this.#e){if(this.#e.size<=this.capacity)break;this.#e.delete(e),this.#t(t)}}clear(){for(let e of this.#e.values())this.#t(e);this.#e.clear()}values(){return this.#e.values()}},D=65536,O=65535,ee=32767,te=32768,k=32766,ne=277,re=-149,ie=34028234663852886e22,ae=1-2**-24;function oe(e){return e===0?0:e===65534?1:e===65535?NaN:e<=ee?2**((e-1)*63/32766-64):Math.min(ae,1-2**((65533-e)*63/32766-64))}function se(e){return e===0?0:e===65534?1/0:e===65535?NaN:Math.min(ie,2**((e-1)*ne/65532+re))}function A(e){let t=e&-32769;if(t===32767)return NaN;let n=0;return t===k?n=1/0:t>0&&(n=Math.min(ie,2**((t-1)*ne/32764+re))),e&te&&n?-n:n}var j={fraction16:oe,log16:se,signed_log16:A},M=/* @__PURE__ */ new Map;function ce(e){let t=M.get(e);return t||(t=Float32Array.from({length:D},(t,n)=>j[e](n)),M.set(e,t)),t}function N(e,t){let n=ce(e)[t];return n===0||!Number.isFinite(n)||e===`fraction16`&&t===65534}var P=[`healthy`,`always_on`,`dormant`,`rare`,`no_gradient`,`saturated`,`silent`,`non_finite`,`dead`];P.indexOf(`silent`);var le=P.indexOf(`non_finite`),ue=P.indexOf(`dead`),de={uint16:Uint16Array,int8:Int8Array,uint32:Uint32Array,float64:Float64Array};function fe(e){let t=new DataView(e);if(e.byteLength<8||t.getUint32(0)!==1146244401)throw Error(`The server's answer is not a matrix (it doesn't start with DRM1).`);let n=t.getUint32(4,!0),r=JSON.parse(new TextDecoder().decode(new Uint8Array(e,8,n))),i=(t,n)=>{let i=r.sections[t];if(i?.dtype!==n)throw Error(`The matrix has no section '${t}' of ${n} (got ${i?.dtype??`none`}).`);let a=i.shape.reduce((e,t)=>e*t,1);return new de[n](e,i.offset,a)},a=i(`maximum`,`uint16`);return{run:r.run,layer:r.layer,statistic:r.statistic,code:r.code,order:r.order,orderRun:r.order_run,units:r.units,records:r.records,rows:r.rows,columns:r.columns,maximum:a,minimum:r.sections.minimum?i(`minimum`,`uint16`):a,states:i(`states`,`int8`),unitOrder:i(`unit_order`,`uint32`),rowStarts:i(`row_starts`,`uint32`),columnStarts:i(`column_starts`,`uint32`),steps:i(`steps`,`float64`),windowStartSteps:i(`window_start_steps`,`float64`)}}var pe=/* @__PURE__ */ new WeakMap;function me(e){let t=pe.get(e);return t===void 0&&(t=he(e),pe.set(e,t)),t}function he({minimum:e,maximum:t}){let n=new Uint32Array(D);for(let t of e)n[t]++;n.fill(0,O-1),n[0]=0;let r=n.findLastIndex(e=>e>0);for(let e of t)e>r&&e<65534&&(r=e);if(r<=0)return null;let i=n.findIndex(e=>e>0),a=n.reduce((e,t)=>e+t,0),o=i<0?r:i;for(let e=0;o<r&&(e+=n[o],!(e>a/100));o++);return{low:i<0?r:i,typical:o,high:r}}function ge(e){let{rows:t,columns:n,records:r,states:i,unitOrder:a}=e;return t!==e.units||e.columnStarts[n-1]!==r-1?null:Array.from(a).filter((e,t)=>i[(t+1)*n-1]===ue)}function _e(e){return new Map(Array.from(e.unitOrder,(e,t)=>[e,t]))}var ve=class{url;decode;state=h({value:null,error:null,loading:!0});#e=-1;#t=null;constructor(e,t){this.url=e,this.decode=t}refresh(e){if(e===this.#e)return;this.#e=e,this.#t?.abort();let t=new AbortController;this.#t=t,queueMicrotask(()=>{t.signal.aborted||(this.state.value={...this.state.peek(),loading:!0},this.#n(t))})}async settled(){return new Promise(e=>{let t=this.state.subscribe(n=>{(!n.loading||n.value||n.error)&&(e(n),queueMicrotask(()=>t()))})})}dispose(){this.#t?.abort(),this.#e=-1}async#n(e){try{let t=await fetch(this.url,{signal:e.signal});if(!t.ok)throw Error(await ye(t));let n=await this.decode(t);e.signal.aborted||(this.state.value={value:n,error:null,loading:!1})}catch(t){if(e.signal.aborted)return;let n=t instanceof Error?t.message:String(t);this.state.value={value:this.state.peek().value,error:n,loading:!1}}}};async function ye(e){return(e.headers.get(`content-type`)?.startsWith(`text/plain`)?await e.text():``).trim()||`The server answered ${e.status} ${e.statusText}`.trim()}var be=24,xe=512,Se=256,Ce=h(0),we=new ve(`layers`,Ne),F=new E(xe,Me),I=new E(be,Me),Te=new E(Se,Me);function Ee(){Te.clear(),Ce.value++}function De(){return we.refresh(Ce.value),we}function Oe(e,t){return je(F,Pe(`timeline`,{run:e,layer:t}),Ne)}function ke(e){return je(I,Pe(`matrix`,{run:e.run,layer:e.layer,statistic:e.statistic,order:e.order,order_run:e.orderRun,max_rows:String(e.maxRows),max_columns:String(e.maxColumns)}),async e=>fe(await e.arrayBuffer()))}function Ae(e,t,n){return je(Te,Pe(`unit`,{run:e,layer:t,unit:String(n)}),Ne)}function je(e,t,n){let r=e.get(t);return r||(r=new ve(t,n),e.set(t,r)),r.refresh(Ce.value),r}function Me(e){e.dispose()}async function Ne(e){return await e.json()}function Pe(e,t){return`${e}?${new URLSearchParams(t)}`}var Fe=`p.dead_relu.`,Ie=[`index`,`death`,`fraction`,`gradient_norm`],Le={runs:null,layer:null,order:null};function Re(e){let{runs:t,layer:n,order:r}=Le;for(let i of e.replace(/^#/,``).split(`&`)){let e=i.indexOf(`=`);if(!i.startsWith(Fe)||e<0)continue;let a=He(i.slice(e+1));if(!a)continue;let o=i.slice(Fe.length,e);o===`runs`?t=[...new Set(a.split(`,`).map(Ve))].slice(0,2):o===`layer`?n=a:o===`order`&&(r=Ie.find(e=>e===a)??null)}return{runs:t,layer:n,order:r}}function ze(e,t){let n=e.replace(/^#/,``).split(`&`).filter(e=>e&&!/^p\.dead_relu\.(runs|layer|order)=/.test(e)),r={runs:t.runs?.length?t.runs.map(Be).join(`,`):null,layer:t.layer,order:t.order};for(let[e,t]of Object.entries(r))t&&n.push(`${Fe}${e}=${encodeURIComponent(t)}`);return`#${n.join(`&`)}`}function Be(e){return e.replaceAll(`~`,`~0`).replaceAll(`,`,`~1`)}function Ve(e){return e.replaceAll(`~1`,`,`).replaceAll(`~0`,`~`)}function He(e){try{return decodeURIComponent(e)}catch{return null}}var Ue=h(!1);function We(){try{let e=window.parent.document.body,t=()=>{Ue.value=e.classList.contains(`dark-mode`)};new MutationObserver(t).observe(e,{attributes:!0,attributeFilter:[`class`]}),t()}catch{let e=matchMedia(`(prefers-color-scheme: dark)`);e.addEventListener(`change`,()=>{Ue.value=e.matches}),Ue.value=e.matches}}function Ge(){try{return Re(window.parent.location.hash)}catch{return Le}}function Ke(e){try{let{hash:t}=window.parent.location;if(t.replace(/^#/,``).split(`&`)[0]!==`dead_relu`)return;let n=ze(t,e);n!==t&&window.parent.history.replaceState(window.parent.history.state,``,n)}catch{}}function qe(e){try{window.parent.addEventListener(`hashchange`,()=>e(Ge()))}catch{}}var Je=50;function Ye(e){if(window.parent===window)return;let{port1:t,port2:n}=new MessageChannel,r;t.onmessage=n=>{let i;try{i=JSON.parse(n.data)}catch{return}if(i.isReply)return;(i.type===`experimental.DataReloaded`||i.type===`experimental.RunsChanged`)&&(clearTimeout(r),r=setTimeout(e,Je));let a={type:i.type,id:i.id,payload:null,error:null,isReply:!0};t.postMessage(JSON.stringify(a))},window.parent.postMessage(`experimental.bootstrap`,`*`,[n])}var Xe=12;function Ze(e){if(!e.length)return null;let t=Math.max(...e.map(e=>e.high)),n=Math.min(...e.map(e=>e.typical)),r=Math.min(...e.map(e=>e.low)),i=Math.ceil(Math.log10(t)-.001),a=Math.max(Math.floor(Math.log10(n)+.001),i-Xe),o=10**Math.min(a,i-1);return{low:o,high:10**i,clipped:r<o}}function Qe(e,t){let n=Math.round(Math.log10(e.low)),r=Math.round(Math.log10(e.high)),i=Math.max(1,Math.ceil((r-n)/(t-1))),a=[];for(let e=r;e>=n;e-=i)a.unshift(e);return a}function $e(e){let t=1/0,n=-1/0;for(let{steps:r,window_start_steps:i}of e)r.length&&(t=Math.min(t,i[0],r[0]),n=Math.max(n,r[r.length-1]));return t>n?null:t===n?[t-1,n]:[t,n]}function et(e,t,n){return(e-t[0])/(t[1]-t[0])*n}function tt(e,t,n){return t[0]+e/n*(t[1]-t[0])}function nt(e,t){let n=e[1]-e[0];if(!(n>0)||t<1)return[];let r=n/t,i=10**Math.floor(Math.log10(r)),a=[1,2,5,10].map(e=>e*i).find(e=>e>=r*(1-1e-9))??10*i;a=Math.max(1,Math.round(a));let o=[];for(let t=Math.ceil(e[0]/a);t*a<=e[1]&&o.length<1e3;t++)o.push(t*a);return o}function rt(e,t){let n=0,r=t.length-1;for(;n<r;){let i=n+r>>1;t[i]<e?n=i+1:r=i}return n}function it(e){let t=t=>e[t].index??1/0;return Object.keys(e).sort((e,n)=>{let[r,i]=[t(e),t(n)];return r===i?e<n?-1:1:r-i})}var at=h(Ge()),ot=h(null),st=h(null),ct=b(()=>De().state.value.value?.runs??{}),lt=b(()=>Object.keys(ct.value).sort((e,t)=>e.localeCompare(t,`en`,{numeric:!0}))),L=b(()=>{let e=at.value.runs?.filter(e=>e in ct.value);if(e?.length)return e;let t=lt.value.slice(0,2),n=t.find(e=>e===st.value);return n===void 0?t:[n,...t.filter(e=>e!==n)]}),R=b(()=>{let e=L.value.flatMap(e=>it(ct.value[e]??{}));return[...new Set(e)]}),z=b(()=>{for(let e of[at.value.layer,ot.value])if(e!==null&&R.value.includes(e))return e;return null}),ut=b(()=>at.value.order??`death`);function dt(e,t){return ct.value[e]?.[t]??null}var ft=b(()=>{let e=z.value;return e===null?null:L.value.find(t=>dt(t,e)?.problem===null)??null});function pt(e){let t=L.peek();t.includes(e)?t.length>1&&vt({runs:t.filter(t=>t!==e)}):vt({runs:[...t.slice(0,1),e]})}function mt(){vt({runs:[...L.peek()].reverse()})}function ht(e){vt({layer:e})}function gt(e){vt({order:e})}function _t(){qe(e=>{at.value=e}),T(()=>Ke(at.value))}function vt(e){at.value={runs:L.peek(),layer:z.peek(),order:at.peek().order,...e}}var yt=h(null),bt=128,xt=16384;function St(e,t){let n=e=>Math.min(xt,Math.ceil(e/bt)*bt),[r,i]=[n(e),n(t)],a=yt.peek();(a?.[0]!==r||a[1]!==i)&&(yt.value=[r,i])}function Ct(e){let t=z.value;return t!==null&&dt(e,t)?.problem===null?Oe(e,t):null}function wt(e,t){let n=z.value,r=Ct(e)?.state.value.value?.statistics;if(n===null||!r)return null;let i=t===`gradient`?`gradient_norm`:dt(e,n)?.fraction??`zero_fraction`;return r.includes(i)?i:null}var Tt=b(()=>{for(let e of L.value){let t=Ct(e)?.state.value;if(!t)continue;if(!t.value&&!t.error)return null;if(!t.value?.steps.length)continue;let n=ut.value;return{run:e,order:n!==`gradient_norm`||t.value.statistics.includes(`gradient_norm`)?n:`death`}}return null});function Et(e,t){let n=wt(e,t),r=z.value,i=Tt.value,a=yt.value;if(n===null||r===null||i===null||a===null)return null;let[o,s]=a;return ke({run:e,layer:r,statistic:n,order:i.order,orderRun:i.run,maxRows:s,maxColumns:o})}var Dt=b(()=>$e(L.value.map(e=>Ct(e)?.state.value.value).filter(e=>e!=null))),Ot=b(()=>yt.value!==null&&L.value.every(e=>[`fraction`,`gradient`].every(t=>!(Ct(e)?.state.value.loading||Et(e,t)?.state.value.loading)))),kt=b(()=>L.value.flatMap(e=>Ct(e)?.state.value.value?.states.dead??[]).reduce((e,t)=>Math.max(e,t),0)),At=b(()=>{let e=ce(`log16`);return Ze(L.value.flatMap(t=>{let n=Et(t,`gradient`)?.state.value.value,r=n&&me(n);return r?[{typical:e[r.typical],low:e[r.low],high:e[r.high]}]:[]}))}),jt=100,Mt=500,Nt=0;function Pt(){T(()=>{Ce.value;let e=L.value,t=R.value;a(()=>void Ft(e,t))})}async function Ft(e,t){let r=++Nt;if(!t.length)return;let i=i=>{let a=ot.peek();if(r!==Nt||a!==null&&t.includes(a))return;let o=e.map(e=>Rt(e,i)??0);n(()=>{ot.value=i,st.value=e[o.indexOf(Math.max(...o))]})},a=t.slice(0,jt),o=()=>a.reduce((t,n)=>It(e,n)>It(e,t)?n:t),s=setTimeout(()=>i(o()),Mt);for(let t of a){for(let n of e)if(dt(n,t)?.problem===null&&(z.peek()!==null&&await Lt(),r!==Nt||(await Oe(n,t).settled(),r!==Nt)))break;if(r!==Nt)break}clearTimeout(s),i(o())}function It(e,t){let n=e.map(e=>{let n=Rt(e,t);return n===null?0:n/(Oe(e,t).state.value.value?.widths.at(-1)??1)});return Math.max(0,...n)}function Lt(){return new Promise(e=>{let t=Ot.subscribe(n=>{n&&(e(),queueMicrotask(()=>t()))})})}function Rt(e,t){return dt(e,t)?.problem===null?Oe(e,t).state.value.value?.states.dead.at(-1)??null:null}var zt=globalThis,Bt=zt.ShadowRoot&&(zt.ShadyCSS===void 0||zt.ShadyCSS.nativeShadow)&&`adoptedStyleSheets`in Document.prototype&&`replace`in CSSStyleSheet.prototype,Vt=Symbol(),Ht=/* @__PURE__ */ new WeakMap,Ut=class{constructor(e,t,n){if(this._$cssResult$=!0,n!==Vt)throw Error("CSSResult is not constructable. Use `unsafeCSS` or `css` instead.");this.cssText=e,this.t=t}get styleSheet(){let e=this.o,t=this.t;if(Bt&&e===void 0){let n=t!==void 0&&t.length===1;n&&(e=Ht.get(t)),e===void 0&&((this.o=e=new CSSStyleSheet).replaceSync(this.cssText),n&&Ht.set(t,e))}return e}toString(){return this.cssText}},Wt=e=>new Ut(typeof e==`string`?e:e+``,void 0,Vt),Gt=(e,...t)=>new Ut(e.length===1?e[0]:t.reduce((t,n,r)=>t+(e=>{if(!0===e._$cssResult$)return e.cssText;if(typeof e==`number`)return e;throw Error(`Value passed to 'css' function must be a 'css' function result: `+e+`. Use 'unsafeCSS' to pass non-literal values, but take care to ensure page security.`)})(n)+e[r+1],e[0]),e,Vt),Kt=(e,t)=>{if(Bt)e.adoptedStyleSheets=t.map(e=>e instanceof CSSStyleSheet?e:e.styleSheet);else for(let n of t){let t=document.createElement(`style`),r=zt.litNonce;r!==void 0&&t.setAttribute(`nonce`,r),t.textContent=n.cssText,e.appendChild(t)}},qt=Bt?e=>e:e=>e instanceof CSSStyleSheet?(e=>{let t=``;for(let n of e.cssRules)t+=n.cssText;return Wt(t)})(e):e,{is:Jt,defineProperty:Yt,getOwnPropertyDescriptor:Xt,getOwnPropertyNames:Zt,getOwnPropertySymbols:Qt,getPrototypeOf:$t}=Object,en=globalThis,tn=en.trustedTypes,nn=tn?tn.emptyScript:``,rn=en.reactiveElementPolyfillSupport,an=(e,t)=>e,on={toAttribute(e,t){switch(t){case Boolean:e=e?nn:null;break;case Object:case Array:e=e==null?e:JSON.stringify(e)}return e},fromAttribute(e,t){let n=e;switch(t){case Boolean:n=e!==null;break;case Number:n=e===null?null:Number(e);break;case Object:case Array:try{n=JSON.parse(e)}catch{n=null}}return n}},sn=(e,t)=>!Jt(e,t),cn={attribute:!0,type:String,converter:on,reflect:!1,useDefault:!1,hasChanged:sn};Symbol.metadata??=Symbol(`metadata`),en.litPropertyMetadata??=/* @__PURE__ */ new WeakMap;var B=class extends HTMLElement{static addInitializer(e){this._$Ei(),(this.l??=[]).push(e)}static get observedAttributes(){return this.finalize(),this._$Eh&&[...this._$Eh.keys()]}static createProperty(e,t=cn){if(t.state&&(t.attribute=!1),this._$Ei(),this.prototype.hasOwnProperty(e)&&((t=Object.create(t)).wrapped=!0),this.elementProperties.set(e,t),!t.noAccessor){let n=Symbol(),r=this.getPropertyDescriptor(e,n,t);r!==void 0&&Yt(this.prototype,e,r)}}static getPropertyDescriptor(e,t,n){let{get:r,set:i}=Xt(this.prototype,e)??{get(){return this[t]},set(e){this[t]=e}};return{get:r,set(t){let a=r?.call(this);i?.call(this,t),this.requestUpdate(e,a,n)},configurable:!0,enumerable:!0}}static getPropertyOptions(e){return this.elementProperties.get(e)??cn}static _$Ei(){if(this.hasOwnProperty(an(`elementProperties`)))return;let e=$t(this);e.finalize(),e.l!==void 0&&(this.l=[...e.l]),this.elementProperties=new Map(e.elementProperties)}static finalize(){if(this.hasOwnProperty(an(`finalized`)))return;if(this.finalized=!0,this._$Ei(),this.hasOwnProperty(an(`properties`))){let e=this.properties,t=[...Zt(e),...Qt(e)];for(let n of t)this.createProperty(n,e[n])}let e=this[Symbol.metadata];if(e!==null){let t=litPropertyMetadata.get(e);if(t!==void 0)for(let[e,n]of t)this.elementProperties.set(e,n)}this._$Eh=/* @__PURE__ */ new Map;for(let[e,t]of this.elementProperties){let n=this._$Eu(e,t);n!==void 0&&this._$Eh.set(n,e)}this.elementStyles=this.finalizeStyles(this.styles)}static finalizeStyles(e){let t=[];if(Array.isArray(e)){let n=new Set(e.flat(1/0).reverse());for(let e of n)t.unshift(qt(e))}else e!==void 0&&t.push(qt(e));return t}static _$Eu(e,t){let n=t.attribute;return!1===n?void 0:typeof n==`string`?n:typeof e==`string`?e.toLowerCase():void 0}constructor(){super(),this._$Ep=void 0,this.isUpdatePending=!1,this.hasUpdated=!1,this._$Em=null,this._$Ev()}_$Ev(){this._$ES=new Promise(e=>this.enableUpdating=e),this._$AL=/* @__PURE__ */ new Map,this._$E_(),this.requestUpdate(),this.constructor.l?.forEach(e=>e(this))}addController(e){(this._$EO??=/* @__PURE__ */ new Set).add(e),this.renderRoot!==void 0&&this.isConnected&&e.hostConnected?.()}removeController(e){this._$EO?.delete(e)}_$E_(){let e=/* @__PURE__ */ new Map,t=this.constructor.elementProperties;for(let n of t.keys())this.hasOwnProperty(n)&&(e.set(n,this[n]),delete this[n]);e.size>0&&(this._$Ep=e)}createRenderRoot(){let e=this.shadowRoot??this.attachShadow(this.constructor.shadowRootOptions);return Kt(e,this.constructor.elementStyles),e}connectedCallback(){this.renderRoot??=this.createRenderRoot(),this.enableUpdating(!0),this._$EO?.forEach(e=>e.hostConnected?.())}enableUpdating(e){}disconnectedCallback(){this._$EO?.forEach(e=>e.hostDisconnected?.())}attributeChangedCallback(e,t,n){this._$AK(e,n)}_$ET(e,t){let n=this.constructor.elementProperties.get(e),r=this.constructor._$Eu(e,n);if(r!==void 0&&!0===n.reflect){let i=(n.converter?.toAttribute===void 0?on:n.converter).toAttribute(t,n.type);this._$Em=e,i==null?this.removeAttribute(r):this.setAttribute(r,i),this._$Em=null}}_$AK(e,t){let n=this.constructor,r=n._$Eh.get(e);if(r!==void 0&&this._$Em!==r){let e=n.getPropertyOptions(r),i=typeof e.converter==`function`?{fromAttribute:e.converter}:e.converter?.fromAttribute===void 0?on:e.converter;this._$Em=r;let a=i.fromAttribute(t,e.type);this[r]=a??this._$Ej?.get(r)??a,this._$Em=null}}requestUpdate(e,t,n,r=!1,i){if(e!==void 0){let a=this.constructor;if(!1===r&&(i=this[e]),n??=a.getPropertyOptions(e),!((n.hasChanged??sn)(i,t)||n.useDefault&&n.reflect&&i===this._$Ej?.get(e)&&!this.hasAttribute(a._$Eu(e,n))))return;this.C(e,t,n)}!1===this.isUpdatePending&&(this._$ES=this._$EP())}C(e,t,{useDefault:n,reflect:r,wrapped:i},a){n&&!(this._$Ej??=/* @__PURE__ */ new Map).has(e)&&(this._$Ej.set(e,a??t??this[e]),!0!==i||a!==void 0)||(this._$AL.has(e)||(this.hasUpdated||n||(t=void 0),this._$AL.set(e,t)),!0===r&&this._$Em!==e&&(this._$Eq??=/* @__PURE__ */ new Set).add(e))}async _$EP(){this.isUpdatePending=!0;try{await this._$ES}catch(e){Promise.reject(e)}let e=this.scheduleUpdate();return e!=null&&await e,!this.isUpdatePending}scheduleUpdate(){return this.performUpdate()}performUpdate(){if(!this.isUpdatePending)return;if(!this.hasUpdated){if(this.renderRoot??=this.createRenderRoot(),this._$Ep){for(let[e,t]of this._$Ep)this[e]=t;this._$Ep=void 0}let e=this.constructor.elementProperties;if(e.size>0)for(let[t,n]of e){let{wrapped:e}=n,r=this[t];!0!==e||this._$AL.has(t)||r===void 0||this.C(t,void 0,n,r)}}let e=!1,t=this._$AL;try{e=this.shouldUpdate(t),e?(this.willUpdate(t),this._$EO?.forEach(e=>e.hostUpdate?.()),this.update(t)):this._$EM()}catch(t){throw e=!1,this._$EM(),t}e&&this._$AE(t)}willUpdate(e){}_$AE(e){this._$EO?.forEach(e=>e.hostUpdated?.()),this.hasUpdated||(this.hasUpdated=!0,this.firstUpdated(e)),this.updated(e)}_$EM(){this._$AL=/* @__PURE__ */ new Map,this.isUpdatePending=!1}get updateComplete(){return this.getUpdateComplete()}getUpdateComplete(){return this._$ES}shouldUpdate(e){return!0}update(e){this._$Eq&&=this._$Eq.forEach(e=>this._$ET(e,this[e])),this._$EM()}updated(e){}firstUpdated(e){}};B.elementStyles=[],B.shadowRootOptions={mode:`open`},B[an(`elementProperties`)]=/* @__PURE__ */ new Map,B[an(`finalized`)]=/* @__PURE__ */ new Map,rn?.({ReactiveElement:B}),(en.reactiveElementVersions??=[]).push(`2.1.2`);var V=globalThis,ln=e=>e,un=V.trustedTypes,dn=un?un.createPolicy(`lit-html`,{createHTML:e=>e}):void 0,fn=`$lit$`,H=`lit$${Math.random().toFixed(9).slice(2)}$`,pn=`?`+H,mn=`<${pn}>`,hn=document,gn=()=>hn.createComment(``),_n=e=>e===null||typeof e!=`object`&&typeof e!=`function`,vn=Array.isArray,yn=e=>vn(e)||typeof e?.[Symbol.iterator]==`function`,bn=`[ 	
\f\r]`,xn=/<(?:(!--|\/[^a-zA-Z])|(\/?[a-zA-Z][^>\s]*)|(\/?$))/g,Sn=/-->/g,Cn=/>/g,wn=RegExp(`>|${bn}(?:([^\\s"'>=/]+)(${bn}*=${bn}*(?:[^ \t\n\f\r"'\`<>=]|("|')|))|$)`,`g`),Tn=/'/g,En=/"/g,Dn=/^(?:script|style|textarea|title)$/i,On=e=>(t,...n)=>({_$litType$:e,strings:t,values:n}),U=On(1),kn=On(2),An=Symbol.for(`lit-noChange`),W=Symbol.for(`lit-nothing`),jn=/* @__PURE__ */ new WeakMap,Mn=hn.createTreeWalker(hn,129);function Nn(e,t){if(!vn(e)||!e.hasOwnProperty(`raw`))throw Error(`invalid template strings array`);return dn===void 0?t:dn.createHTML(t)}var Pn=(e,t)=>{let n=e.length-1,r=[],i,a=t===2?`<svg>`:t===3?`<math>`:``,o=xn;for(let t=0;t<n;t++){let n=e[t],s,c,l=-1,u=0;for(;u<n.length&&(o.lastIndex=u,c=o.exec(n),c!==null);)u=o.lastIndex,o===xn?c[1]===`!--`?o=Sn:c[1]===void 0?c[2]===void 0?c[3]!==void 0&&(o=wn):(Dn.test(c[2])&&(i=RegExp(`</`+c[2],`g`)),o=wn):o=Cn:o===wn?c[0]===`>`?(o=i??xn,l=-1):c[1]===void 0?l=-2:(l=o.lastIndex-c[2].length,s=c[1],o=c[3]===void 0?wn:c[3]===`"`?En:Tn):o===En||o===Tn?o=wn:o===Sn||o===Cn?o=xn:(o=wn,i=void 0);let d=o===wn&&e[t+1].startsWith(`/>`)?` `:``;a+=o===xn?n+mn:l>=0?(r.push(s),n.slice(0,l)+fn+n.slice(l)+H+d):n+H+(l===-2?t:d)}return[Nn(e,a+(e[n]||`<?>`)+(t===2?`</svg>`:t===3?`</math>`:``)),r]},Fn=class e{constructor({strings:t,_$litType$:n},r){let i;this.parts=[];let a=0,o=0,s=t.length-1,c=this.parts,[l,u]=Pn(t,n);if(this.el=e.createElement(l,r),Mn.currentNode=this.el.content,n===2||n===3){let e=this.el.content.firstChild;e.replaceWith(...e.childNodes)}for(;(i=Mn.nextNode())!==null&&c.length<s;){if(i.nodeType===1){if(i.hasAttributes())for(let e of i.getAttributeNames())if(e.endsWith(fn)){let t=u[o++],n=i.getAttribute(e).split(H),r=/([.?@])?(.*)/.exec(t);c.push({type:1,index:a,name:r[2],strings:n,ctor:r[1]===`.`?Bn:r[1]===`?`?Vn:r[1]===`@`?Hn:zn}),i.removeAttribute(e)}else e.startsWith(H)&&(c.push({type:6,index:a}),i.removeAttribute(e));if(Dn.test(i.tagName)){let e=i.textContent.split(H),t=e.length-1;if(t>0){i.textContent=un?un.emptyScript:``;for(let n=0;n<t;n++)i.append(e[n],gn()),Mn.nextNode(),c.push({type:2,index:++a});i.append(e[t],gn())}}}else if(i.nodeType===8){if(i.data===pn)c.push({type:2,index:a});else{let e=-1;for(;(e=i.data.indexOf(H,e+1))!==-1;)c.push({type:7,index:a}),e+=H.length-1}}a++}}static createElement(e,t){let n=hn.createElement(`template`);return n.innerHTML=e,n}};function In(e,t,n=e,r){if(t===An)return t;let i=r===void 0?n._$Cl:n._$Co?.[r],a=_n(t)?void 0:t._$litDirective$;return i?.constructor!==a&&(i?._$AO?.(!1),a===void 0?i=void 0:(i=new a(e),i._$AT(e,n,r)),r===void 0?n._$Cl=i:(n._$Co??=[])[r]=i),i!==void 0&&(t=In(e,i._$AS(e,t.values),i,r)),t}var Ln=class{constructor(e,t){this._$AV=[],this._$AN=void 0,this._$AD=e,this._$AM=t}get parentNode(){return this._$AM.parentNode}get _$AU(){return this._$AM._$AU}u(e){let{el:{content:t},parts:n}=this._$AD,r=(e?.creationScope??hn).importNode(t,!0);Mn.currentNode=r;let i=Mn.nextNode(),a=0,o=0,s=n[0];for(;s!==void 0;){if(a===s.index){let t;s.type===2?t=new Rn(i,i.nextSibling,this,e):s.type===1?t=new s.ctor(i,s.name,s.strings,this,e):s.type===6&&(t=new Un(i,this,e)),this._$AV.push(t),s=n[++o]}a!==s?.index&&(i=Mn.nextNode(),a++)}return Mn.currentNode=hn,r}p(e){let t=0;for(let n of this._$AV)n!==void 0&&(n.strings===void 0?n._$AI(e[t]):(n._$AI(e,n,t),t+=n.strings.length-2)),t++}},Rn=class e{get _$AU(){return this._$AM?._$AU??this._$Cv}constructor(e,t,n,r){this.type=2,this._$AH=W,this._$AN=void 0,this._$AA=e,this._$AB=t,this._$AM=n,this.options=r,this._$Cv=r?.isConnected??!0}get parentNode(){let e=this._$AA.parentNode,t=this._$AM;return t!==void 0&&e?.nodeType===11&&(e=t.parentNode),e}get startNode(){return this._$AA}get endNode(){return this._$AB}_$AI(e,t=this){e=In(this,e,t),_n(e)?e===W||e==null||e===``?(this._$AH!==W&&this._$AR(),this._$AH=W):e!==this._$AH&&e!==An&&this._(e):e._$litType$===void 0?e.nodeType===void 0?yn(e)?this.k(e):this._(e):this.T(e):this.$(e)}O(e){return this._$AA.parentNode.insertBefore(e,this._$AB)}T(e){this._$AH!==e&&(this._$AR(),this._$AH=this.O(e))}_(e){this._$AH!==W&&_n(this._$AH)?this._$AA.nextSibling.data=e:this.T(hn.createTextNode(e)),this._$AH=e}$(e){let{values:t,_$litType$:n}=e,r=typeof n==`number`?this._$AC(e):(n.el===void 0&&(n.el=Fn.createElement(Nn(n.h,n.h[0]),this.options)),n);if(this._$AH?._$AD===r)this._$AH.p(t);else{let e=new Ln(r,this),n=e.u(this.options);e.p(t),this.T(n),this._$AH=e}}_$AC(e){let t=jn.get(e.strings);return t===void 0&&jn.set(e.strings,t=new Fn(e)),t}k(t){vn(this._$AH)||(this._$AH=[],this._$AR());let n=this._$AH,r,i=0;for(let a of t)i===n.length?n.push(r=new e(this.O(gn()),this.O(gn()),this,this.options)):r=n[i],r._$AI(a),i++;i<n.length&&(this._$AR(r&&r._$AB.nextSibling,i),n.length=i)}_$AR(e=this._$AA.nextSibling,t){for(this._$AP?.(!1,!0,t);e!==this._$AB;){let t=ln(e).nextSibling;ln(e).remove(),e=t}}setConnected(e){this._$AM===void 0&&(this._$Cv=e,this._$AP?.(e))}},zn=class{get tagName(){return this.element.tagName}get _$AU(){return this._$AM._$AU}constructor(e,t,n,r,i){this.type=1,this._$AH=W,this._$AN=void 0,this.element=e,this.name=t,this._$AM=r,this.options=i,n.length>2||n[0]!==``||n[1]!==``?(this._$AH=Array(n.length-1).fill(/* @__PURE__ */ new String),this.strings=n):this._$AH=W}_$AI(e,t=this,n,r){let i=this.strings,a=!1;if(i===void 0)e=In(this,e,t,0),a=!_n(e)||e!==this._$AH&&e!==An,a&&(this._$AH=e);else{let r=e,o,s;for(e=i[0],o=0;o<i.length-1;o++)s=In(this,r[n+o],t,o),s===An&&(s=this._$AH[o]),a||=!_n(s)||s!==this._$AH[o],s===W?e=W:e!==W&&(e+=(s??``)+i[o+1]),this._$AH[o]=s}a&&!r&&this.j(e)}j(e){e===W?this.element.removeAttribute(this.name):this.element.setAttribute(this.name,e??``)}},Bn=class extends zn{constructor(){super(...arguments),this.type=3}j(e){this.element[this.name]=e===W?void 0:e}},Vn=class extends zn{constructor(){super(...arguments),this.type=4}j(e){this.element.toggleAttribute(this.name,!!e&&e!==W)}},Hn=class extends zn{constructor(e,t,n,r,i){super(e,t,n,r,i),this.type=5}_$AI(e,t=this){if((e=In(this,e,t,0)??W)===An)return;let n=this._$AH,r=e===W&&n!==W||e.capture!==n.capture||e.once!==n.once||e.passive!==n.passive,i=e!==W&&(n===W||r);r&&this.element.removeEventListener(this.name,this,n),i&&this.element.addEventListener(this.name,this,e),this._$AH=e}handleEvent(e){typeof this._$AH==`function`?this._$AH.call(this.options?.host??this.element,e):this._$AH.handleEvent(e)}},Un=class{constructor(e,t,n){this.element=e,this.type=6,this._$AN=void 0,this._$AM=t,this.options=n}get _$AU(){return this._$AM._$AU}_$AI(e){In(this,e)}},Wn=V.litHtmlPolyfillSupport;Wn?.(Fn,Rn),(V.litHtmlVersions??=[]).push(`3.3.3`);var Gn=(e,t,n)=>{let r=n?.renderBefore??t,i=r._$litPart$;if(i===void 0){let e=n?.renderBefore??null;r._$litPart$=i=new Rn(t.insertBefore(gn(),e),e,void 0,n??{})}return i._$AI(e),i},Kn=globalThis,qn=class extends B{constructor(){super(...arguments),this.renderOptions={host:this},this._$Do=void 0}createRenderRoot(){let e=super.createRenderRoot();return this.renderOptions.renderBefore??=e.firstChild,e}update(e){let t=this.render();this.hasUpdated||(this.renderOptions.isConnected=this.isConnected),super.update(e),this._$Do=Gn(t,this.renderRoot,this.renderOptions)}connectedCallback(){super.connectedCallback(),this._$Do?.setConnected(!0)}disconnectedCallback(){super.disconnectedCallback(),this._$Do?.setConnected(!1)}render(){return An}};qn._$litElement$=!0,qn.finalized=!0,Kn.litElementHydrateSupport?.({LitElement:qn});var Jn=Kn.litElementPolyfillSupport;Jn?.({LitElement:qn}),(Kn.litElementVersions??=[]).push(`4.2.2`);var Yn=`from tb_deadrelu_plugin.keras import DeadReLU
model.fit(x, y, callbacks=[DeadReLU("logs/run1")])`;function Xn(){return U`<main class="empty">
    <h1>No Dead ReLU records in this log directory</h1>
    <p>Add the callback to a Keras training script, two lines:</p>
    <pre><code>${Yn}</code></pre>
    <p>
      Train, and point TensorBoard at the directory: <code>tensorboard --logdir logs</code>. The tab fills with the
      first record; reload with the button at the top right.
    </p>
    <p class="muted">
      Custom loops: <code>tb_deadrelu_plugin.tensorflow.Monitor</code>. Anything else:
      <code>tb_deadrelu_plugin.summary.dead_relu_pb</code>, which needs NumPy only.
    </p>
  </main>`}function Zn(e,t){return U`<main class="empty">
    <h1>The list of layers couldn't be fetched</h1>
    <p class="error" role="alert">${e}</p>
    <p><button @click=${t}>Try again</button></p>
  </main>`}var G=class extends qn{#e=null;connectedCallback(){super.connectedCallback(),this.hasUpdated&&this.requestUpdate()}disconnectedCallback(){super.disconnectedCallback(),this.#e?.(),this.#e=null}performUpdate(){if(!this.isUpdatePending)return;this.#e?.();let e=!0;this.#e=T(()=>{e?(e=!1,super.performUpdate()):this.requestUpdate()})}},Qn=Gt`
  :host {
    --surface: #fff;
    --raised: #fff;
    --sidebar: #fafafa;
    --text: #202124;
    --muted: #5f6368;
    --line: #e0e2e6;
    --axis: #9aa0a6;
    --accent: #e8710a;
    --focus: #1a73e8;
    --hover: #f1f3f4;
    --dead: #d0003c;
    --watch: #b26a00;
    --ok: #188038;
    --warn-surface: #fef7e0;
    --warn-line: #f0c54a;
    --error-surface: #fce8e6;
    --error-line: #e58a82;
    --run0: #1967d2;
    --run1: #c26401;
    --shadow: 0 1px 3px rgb(0 0 0 / 0.25), 0 4px 14px rgb(0 0 0 / 0.15);
    color-scheme: light;
    color: var(--text);
    background: var(--surface);
    font: 13px / 18px Roboto, "Helvetica Neue", Helvetica, Arial, sans-serif;
    font-variant-numeric: tabular-nums;
  }
  :host([theme="dark"]) {
    --surface: #303030;
    --raised: #424242;
    --sidebar: #383838;
    --text: #f1f3f4;
    --muted: #bdc1c6;
    --line: #4f5054;
    --axis: #80868b;
    --focus: #8ab4f8;
    --hover: #45464a;
    --dead: #ff9ab3;
    --watch: #fdd663;
    --ok: #81c995;
    --warn-surface: #4a4328;
    --warn-line: #8a742b;
    --error-surface: #4d3230;
    --error-line: #a05a54;
    --run0: #8ab4f8;
    --run1: #fcad70;
    --shadow: 0 1px 3px rgb(0 0 0 / 0.6), 0 4px 14px rgb(0 0 0 / 0.5);
    color-scheme: dark;
  }
`,K=Gt`
  * {
    box-sizing: border-box;
  }
  :focus-visible {
    outline: 2px solid var(--focus);
    outline-offset: 1px;
  }
  button {
    font: inherit;
    color: inherit;
    background: var(--raised);
    border: 1px solid var(--line);
    border-radius: 4px;
    padding: 3px 10px;
    cursor: pointer;
  }
  button:hover {
    background: var(--hover);
  }
  h1,
  h2,
  h3,
  p,
  ul {
    margin: 0;
    padding: 0;
    font: inherit;
  }
  code {
    font: 12px / 18px "Roboto Mono", ui-monospace, Menlo, Consolas, monospace;
  }
  .muted {
    color: var(--muted);
  }
  .note {
    padding: 5px 10px;
    border-left: 3px solid var(--warn-line);
    background: var(--warn-surface);
    border-radius: 2px;
  }
  .error {
    padding: 8px 12px;
    border-left: 3px solid var(--error-line);
    background: var(--error-surface);
    border-radius: 2px;
  }
`,$n=new Intl.NumberFormat(`en-US`,{maximumFractionDigits:0});function q(e){return $n.format(e)}function er(e){if(Math.abs(e)<1e5)return q(e);for(let[t,n]of[[1e9,`G`],[1e6,`M`],[1e3,`k`]])if(Math.abs(e)>=t)return`${Number((e/t).toPrecision(6))}${n}`;return q(e)}function tr(e){if(!Number.isFinite(e))return Number.isNaN(e)?`NaN`:e>0?`∞`:`−∞`;if(e===0)return`0`;for(let t=1;t<9;t++){let n=e.toPrecision(t);if(Math.fround(Number(n))===Math.fround(e))return or(n)}return or(e.toPrecision(9))}function nr(e){if(!Number.isFinite(e)||e===0)return tr(e);for(let t=3;t<9;t++){let n=e.toPrecision(t);if(Number(n)!==1||e===1)return or(n)}return tr(e)}function rr(e){if(!Number.isFinite(e))return`–`;if(e===0||e===1)return`${e*100} %`;let t=e*100;return t<.1?`< 0.1 %`:t>99.9?`> 99.9 %`:`${Number(t.toFixed(1))} %`}function ir(e,t,n=`${t}s`){return`${q(e)} ${e===1?t:n}`}function ar(e,t){let n=e.slice(0,t).join(`, `);return e.length>t?`${n} and ${q(e.length-t)} more`:n}function or(e){let t=Number(e),n=Math.abs(t);return(n>=1e-4&&n<1e7?String(t):t.toExponential().replace(`e+`,`e`)).replace(`-`,`−`)}var sr=.1,cr=.5;function lr(e){return e>=cr?`sick`:e>=sr?`watch`:`ok`}function ur(e,t){let n=e.states.dead[t]??0,r=e.widths[t]??0;return n===0?`No dead unit among ${q(r)}`:`${q(n)} of ${ir(r,`unit`)} dead (${rr(n/r)})`}var dr={ok:``,watch:`10 % or more of the units are dead`,sick:`half of the units or more are dead`};function fr(e){let{dead:t}=e.states,n=t.length-1,r=t.findIndex(e=>e>0);if(r<0)return``;let i=Math.max(...t),a=r===0?`, the first record`:``,o=[`first at step ${q(e.steps[r])}${a}`];return t[n]<i&&o.push(`at most ${q(i)}, at step ${q(e.steps[t.indexOf(i)])}`),o.join(`, `)}var pr={silent:`silent`,rare:`rare`,dormant:`dormant`,saturated:`saturated`,no_gradient:`without gradient`,non_finite:`not finite`,always_on:`always on`};function mr(e){let t=e.steps.length-1;return Object.entries(pr).filter(([n])=>(e.states[n]?.[t]??0)>0).map(([n,r])=>`${q(e.states[n][t])} ${r}`).join(` · `)}function hr({shown:e,written:t}){return t===null?ir(e,`record`):`showing ${q(e)} of ${ir(t,`record`)}`}function gr(e){let t=[];if(e.written!==null&&e.shown<e.written&&t.push(`Showing ${q(e.shown)} of ${q(e.written)} records: TensorBoard dropped the others. Start it with --samples_per_plugin dead_relu=${e.written} to see all.`),e.width_changed){let n=[...new Set(e.widths)].map(q).join(`, `);t.push(`The layer's width changed between records (${n} units). Units are matched by index.`)}e.unreadable>0&&t.push(`${ir(e.unreadable,`damaged record`)} left out.`);let n=e.steps.filter((t,n)=>e.non_finite_activations[n]>0||e.non_finite_gradients[n]>0);if(n.length){let[r,i]=[vr(e.non_finite_activations),vr(e.non_finite_gradients)],a=[r?ir(r,`activation`):``,i?ir(i,`gradient`):``];t.push(`NaN or infinite: ${a.filter(Boolean).join(` and `)}, in ${ir(n.length,`record`)}, first at step ${q(n[0])}. They count neither as active nor as dead.`)}return t}function _r(e){return e.replaceAll(`_`,` `)}function vr(e){return e.reduce((e,t)=>e+t,0)}var yr=`.uplot,.uplot *,.uplot :before,.uplot :after{box-sizing:border-box}.uplot{width:min-content;font-family:system-ui,-apple-system,Segoe UI,Roboto,Helvetica Neue,Arial,Noto Sans,sans-serif,Apple Color Emoji,Segoe UI Emoji,Segoe UI Symbol,Noto Color Emoji;line-height:1.5}.u-title{text-align:center;font-size:18px;font-weight:700}.u-wrap{-webkit-user-select:none;user-select:none;position:relative}.u-over,.u-under{position:absolute}.u-under{overflow:hidden}.uplot canvas{width:100%;height:100%;display:block;position:relative}.u-axis{position:absolute}.u-legend{text-align:center;margin:auto;font-size:14px}.u-inline{display:block}.u-inline *{display:inline-block}.u-inline tr{margin-right:16px}.u-legend th{font-weight:600}.u-legend th>*{vertical-align:middle;display:inline-block}.u-legend .u-marker{width:1em;height:1em;margin-right:4px;background-clip:padding-box!important}.u-inline.u-live th:after{content:":";vertical-align:middle}.u-inline:not(.u-live) .u-value{display:none}.u-series>*{padding:4px}.u-series th{cursor:pointer}.u-legend .u-off>*{opacity:.3}.u-select{pointer-events:none;background:#00000012;position:absolute}.u-cursor-x,.u-cursor-y{pointer-events:none;will-change:transform;position:absolute;top:0;left:0}.u-hz .u-cursor-x,.u-vt .u-cursor-y{border-right:1px dashed #607d8b;height:100%}.u-hz .u-cursor-y,.u-vt .u-cursor-x{border-bottom:1px dashed #607d8b;width:100%}.u-cursor-pt{pointer-events:none;will-change:transform;border:0 solid;border-radius:50%;position:absolute;top:0;left:0;background-clip:padding-box!important}.u-axis.u-off,.u-select.u-off,.u-cursor-x.u-off,.u-cursor-y.u-off,.u-cursor-pt.u-off{display:none}`,br=!0,xr=`uplot`,Sr=`u-hz`,Cr=`u-vt`,wr=`u-title`,Tr=`u-wrap`,Er=`u-under`,Dr=`u-over`,Or=`u-axis`,kr=`u-off`,Ar=`u-select`,jr=`u-cursor-x`,Mr=`u-cursor-y`,Nr=`u-cursor-pt`,Pr=`u-legend`,Fr=`u-live`,Ir=`u-inline`,Lr=`u-series`,Rr=`u-marker`,zr=`u-label`,Br=`u-value`,Vr=`width`,Hr=`height`,Ur=`top`,Wr=`bottom`,Gr=`left`,Kr=`right`,qr=`#000`,Jr=`#0000`,Yr=`mousemove`,Xr=`mousedown`,Zr=`mouseup`,Qr=`mouseenter`,$r=`mouseleave`,ei=`dblclick`,ti=`resize`,ni=`scroll`,ri=`change`,ii=`dppxchange`,ai=`--`,oi=typeof window<`u`,si=oi?document:null,ci=oi?window:null,li=oi?navigator:null,J,ui;function di(){let e=devicePixelRatio;J!=e&&(J=e,ui&&Ti(ri,ui,di),ui=matchMedia(`(min-resolution: ${J-.001}dppx) and (max-resolution: ${J+.001}dppx)`),wi(ri,ui,di),ci.dispatchEvent(new CustomEvent(ii)))}function fi(e,t){if(t!=null){let n=e.classList;!n.contains(t)&&n.add(t)}}function pi(e,t){let n=e.classList;n.contains(t)&&n.remove(t)}function Y(e,t,n){e.style[t]=n+`px`}function mi(e,t,n,r){let i=si.createElement(e);return t!=null&&fi(i,t),n?.insertBefore(i,r),i}function hi(e,t){return mi(`div`,e,t)}var gi=/* @__PURE__ */ new WeakMap;function _i(e,t,n,r,i){let a=`translate(`+t+`px,`+n+`px)`;a!=gi.get(e)&&(e.style.transform=a,gi.set(e,a),t<0||n<0||t>r||n>i?fi(e,kr):pi(e,kr))}var vi=/* @__PURE__ */ new WeakMap;function yi(e,t,n){let r=t+n;r!=vi.get(e)&&(vi.set(e,r),e.style.background=t,e.style.borderColor=n)}var bi=/* @__PURE__ */ new WeakMap;function xi(e,t,n,r){let i=t+``+n;i!=bi.get(e)&&(bi.set(e,i),e.style.height=n+`px`,e.style.width=t+`px`,e.style.marginLeft=r?-t/2+`px`:0,e.style.marginTop=r?-n/2+`px`:0)}var Si={passive:!0},Ci={...Si,capture:!0};function wi(e,t,n,r){t.addEventListener(e,n,r?Ci:Si)}function Ti(e,t,n,r){t.removeEventListener(e,n,Si)}oi&&di();function Ei(e,t,n,r){let i;n||=0,r||=t.length-1;let a=r<=2147483647;for(;r-n>1;)i=a?n+r>>1:qi((n+r)/2),t[i]<e?n=i:r=i;return e-t[n]<=t[r]-e?n:r}function Di(e){return(t,n,r)=>{let i=-1,a=-1;for(let a=n;a<=r;a++)if(e(t[a])){i=a;break}for(let i=r;i>=n;i--)if(e(t[i])){a=i;break}return[i,a]}}var Oi=e=>e!=null,ki=e=>e!=null&&e>0,Ai=Di(Oi),ji=Di(ki);function Mi(e,t,n,r=0,i=!1){let a=i?ji:Ai,o=i?ki:Oi;[t,n]=a(e,t,n);let s=e[t],c=e[t];if(t>-1){if(r==1)s=e[t],c=e[n];else if(r==-1)s=e[n],c=e[t];else for(let r=t;r<=n;r++){let t=e[r];o(t)&&(t<s?s=t:t>c&&(c=t))}}return[s??ia,c??-ia]}function Ni(e,t,n,r){let i=$i(e),a=$i(t);e==t&&(i==-1?(e*=n,t/=n):(e/=n,t*=n));let o=n==10?ea:ta,s=i==1?qi:Yi,c=a==1?Yi:qi,l=s(o(Ki(e))),u=c(o(Ki(t))),d=Qi(n,l),f=Qi(n,u);return n==10&&(l<0&&(d=Q(d,-l)),u<0&&(f=Q(f,-u))),r||n==2?(e=d*i,t=f*a):(e=va(e,d),t=_a(t,f)),[e,t]}function Pi(e,t,n,r){let i=Ni(e,t,n,r);return e==0&&(i[0]=0),t==0&&(i[1]=0),i}var Fi=.1,Ii={mode:3,pad:Fi},Li={pad:0,soft:null,mode:0},Ri={min:Li,max:Li};function zi(e,t,n,r){return ka(n)?Vi(e,t,n):(Li.pad=n,Li.soft=r?0:null,Li.mode=r?3:0,Vi(e,t,Ri))}function X(e,t){return e??t}function Bi(e,t,n){for(t=X(t,0),n=X(n,e.length-1);t<=n;){if(e[t]!=null)return!0;t++}return!1}function Vi(e,t,n){let r=n.min,i=n.max,a=X(r.pad,0),o=X(i.pad,0),s=X(r.hard,-ia),c=X(i.hard,ia),l=X(r.soft,ia),u=X(i.soft,-ia),d=X(r.mode,0),f=X(i.mode,0),p=t-e,m=ea(p),h=Zi(Ki(e),Ki(t)),g=Ki(ea(h)-m);(p<1e-24||g>10)&&(p=0,(e==0||t==0)&&(p=1e-24,d==2&&l!=ia&&(a=0),f==2&&u!=-ia&&(o=0)));let _=p||h||1e3,v=Qi(10,qi(ea(_))),y=Q(va(e-_*(p==0?e==0?.1:1:a),v/10),24),b=e>=l&&(d==1||d==3&&y<=l||d==2&&y>=l)?l:ia,x=Zi(s,y<b&&e>=b?b:Xi(b,y)),S=Q(_a(t+_*(p==0?t==0?.1:1:o),v/10),24),C=t<=u&&(f==1||f==3&&S>=u||f==2&&S<=u)?u:-ia,w=Xi(c,S>C&&t<=C?C:Zi(C,S));return x==w&&x==0&&(w=100),[x,w]}var Hi=new Intl.NumberFormat(oi?li.language:`en-US`),Ui=e=>Hi.format(e),Wi=Math,Gi=Wi.PI,Ki=Wi.abs,qi=Wi.floor,Ji=Wi.round,Yi=Wi.ceil,Xi=Wi.min,Zi=Wi.max,Qi=Wi.pow,$i=Wi.sign,ea=Wi.log10,ta=Wi.log2,na=(e,t=1)=>Wi.sinh(e)*t,ra=(e,t=1)=>Wi.asinh(e/t),ia=1/0;function aa(e){return(ea((e^e>>31)-(e>>31))|0)+1}function oa(e,t,n){return Xi(Zi(e,t),n)}function sa(e){return typeof e==`function`}function Z(e){return sa(e)?e:()=>e}var ca=()=>{},la=e=>e,ua=(e,t)=>t,da=e=>null,fa=e=>!0,pa=(e,t)=>e==t,ma=/\.\d*?(?=9{6,}|0{6,})/gm,ha=e=>{if(Ea(e)||ya.has(e))return e;let t=`${e}`,n=t.match(ma);if(n==null)return e;let r=n[0].length-1;if(t.indexOf(`e-`)!=-1){let[e,n]=t.split(`e`);return+`${ha(e)}e${n}`}return Q(e,r)};function ga(e,t){return ha(Q(ha(e/t))*t)}function _a(e,t){return ha(Yi(ha(e/t))*t)}function va(e,t){return ha(qi(ha(e/t))*t)}function Q(e,t=0){if(Ea(e))return e;let n=10**t;return Ji(e*n*(1+2**-52))/n}var ya=/* @__PURE__ */ new Map;function ba(e){return((``+e).split(`.`)[1]||``).length}function xa(e,t,n,r){let i=[],a=r.map(ba);for(let o=t;o<n;o++){let t=Ki(o),n=Q(Qi(e,o),t);for(let s=0;s<r.length;s++){let c=e==10?+`${r[s]}e${o}`:r[s]*n,l=(o>=0?0:t)+(o>=a[s]?0:a[s]),u=e==10?c:Q(c,l);i.push(u),ya.set(u,l)}}return i}var Sa={},Ca=[],wa=[null,null],Ta=Array.isArray,Ea=Number.isInteger,Da=e=>e===void 0;function Oa(e){return typeof e==`string`}function ka(e){let t=!1;if(e!=null){let n=e.constructor;t=n==null||n==Object}return t}function Aa(e){return typeof e==`object`&&!!e}var ja=Object.getPrototypeOf(Uint8Array),Ma=`__proto__`;function Na(e,t=ka){let n;if(Ta(e)){let r=e.find(e=>e!=null);if(Ta(r)||t(r)){n=Array(e.length);for(let r=0;r<e.length;r++)n[r]=Na(e[r],t)}else n=e.slice()}else if(e instanceof ja)n=e.slice();else if(t(e)){n={};for(let r in e)r!=Ma&&(n[r]=Na(e[r],t))}else n=e;return n}function Pa(e){let t=arguments;for(let n=1;n<t.length;n++){let r=t[n];for(let t in r)t!=Ma&&(ka(e[t])?Pa(e[t],Na(r[t])):e[t]=Na(r[t]))}return e}var Fa=0,Ia=1,La=2;function Ra(e,t,n){for(let r=0,i,a=-1;r<t.length;r++){let o=t[r];if(o>a){for(i=o-1;i>=0&&e[i]==null;)e[i--]=null;for(i=o+1;i<n&&e[i]==null;)e[a=i++]=null}}}function za(e,t){if(Ha(e)){let t=e[0].slice();for(let n=1;n<e.length;n++)t.push(...e[n].slice(1));return Ua(t[0])||(t=Va(t)),t}let n=/* @__PURE__ */ new Set;for(let t=0;t<e.length;t++){let r=e[t][0],i=r.length;for(let e=0;e<i;e++)n.add(r[e])}let r=[Array.from(n).sort((e,t)=>e-t)],i=r[0].length,a=/* @__PURE__ */ new Map;for(let e=0;e<i;e++)a.set(r[0][e],e);for(let n=0;n<e.length;n++){let o=e[n],s=o[0];for(let e=1;e<o.length;e++){let c=o[e],l=Array(i).fill(void 0),u=t?t[n][e]:Ia,d=[];for(let e=0;e<c.length;e++){let t=c[e],n=a.get(s[e]);t===null?u!=Fa&&(l[n]=t,u==La&&d.push(n)):l[n]=t}Ra(l,d,i),r.push(l)}}return r}var Ba=typeof queueMicrotask>`u`?e=>Promise.resolve().then(e):queueMicrotask;function Va(e){let t=e[0],n=t.length,r=Array(n);for(let e=0;e<r.length;e++)r[e]=e;r.sort((e,n)=>t[e]-t[n]);let i=[];for(let t=0;t<e.length;t++){let a=e[t],o=Array(n);for(let e=0;e<n;e++)o[e]=a[r[e]];i.push(o)}return i}function Ha(e){let t=e[0][0],n=t.length;for(let r=1;r<e.length;r++){let i=e[r][0];if(i.length!=n)return!1;if(i!=t){for(let e=0;e<n;e++)if(i[e]!=t[e])return!1}}return!0}function Ua(e,t=100){let n=e.length;if(n<=1)return!0;let r=0,i=n-1;for(;r<=i&&e[r]==null;)r++;for(;i>=r&&e[i]==null;)i--;if(i<=r)return!0;let a=Zi(1,qi((i-r+1)/t));for(let t=e[r],n=r+a;n<=i;n+=a){let r=e[n];if(r!=null){if(r<=t)return!1;t=r}}return!0}var Wa=[`January`,`February`,`March`,`April`,`May`,`June`,`July`,`August`,`September`,`October`,`November`,`December`],Ga=[`Sunday`,`Monday`,`Tuesday`,`Wednesday`,`Thursday`,`Friday`,`Saturday`];function Ka(e){return e.slice(0,3)}var qa=Ga.map(Ka),Ja={MMMM:Wa,MMM:Wa.map(Ka),WWWW:Ga,WWW:qa};function Ya(e){return(e<10?`0`:``)+e}function Xa(e){return(e<10?`00`:e<100?`0`:``)+e}var Za={YYYY:e=>e.getFullYear(),YY:e=>(e.getFullYear()+``).slice(2),MMMM:(e,t)=>t.MMMM[e.getMonth()],MMM:(e,t)=>t.MMM[e.getMonth()],MM:e=>Ya(e.getMonth()+1),M:e=>e.getMonth()+1,DD:e=>Ya(e.getDate()),D:e=>e.getDate(),WWWW:(e,t)=>t.WWWW[e.getDay()],WWW:(e,t)=>t.WWW[e.getDay()],HH:e=>Ya(e.getHours()),H:e=>e.getHours(),h:e=>{let t=e.getHours();return t==0?12:t>12?t-12:t},AA:e=>e.getHours()>=12?`PM`:`AM`,aa:e=>e.getHours()>=12?`pm`:`am`,a:e=>e.getHours()>=12?`p`:`a`,mm:e=>Ya(e.getMinutes()),m:e=>e.getMinutes(),ss:e=>Ya(e.getSeconds()),s:e=>e.getSeconds(),fff:e=>Xa(e.getMilliseconds())};function Qa(e,t){t||=Ja;let n=[],r=/\{([a-z]+)\}|[^{]+/gi,i;for(;i=r.exec(e);)n.push(i[0][0]==`{`?Za[i[1]]:i[0]);return e=>{let r=``;for(let i=0;i<n.length;i++)r+=typeof n[i]==`string`?n[i]:n[i](e,t);return r}}var $a=new Intl.DateTimeFormat().resolvedOptions().timeZone;function eo(e,t){let n;return t==`UTC`||t==`Etc/UTC`?n=/* @__PURE__ */ new Date(+e+e.getTimezoneOffset()*6e4):t==$a?n=e:(n=new Date(e.toLocaleString(`en-US`,{timeZone:t})),n.setMilliseconds(e.getMilliseconds())),n}var to=e=>e%1==0,no=[1,2,2.5,5],ro=xa(10,-32,0,no),io=xa(10,0,32,no),ao=io.filter(to),oo=ro.concat(io),so=`
`,co=`{YYYY}`,lo=so+co,uo=`{M}/{D}`,fo=so+uo,po=fo+`/{YY}`,mo=`{aa}`,ho=`{h}:{mm}`+mo,go=so+ho,_o=`:{ss}`,$=null;function vo(e){let t=e*1e3,n=t*60,r=n*60,i=r*24,a=i*30,o=i*365,s=(e==1?xa(10,0,3,no).filter(to):xa(10,-3,0,no)).concat([t,t*5,t*10,t*15,t*30,n,n*5,n*10,n*15,n*30,r,r*2,r*3,r*4,r*6,r*8,r*12,i,i*2,i*3,i*4,i*5,i*6,i*7,i*8,i*9,i*10,i*15,a,a*2,a*3,a*4,a*6,o,o*2,o*5,o*10,o*25,o*50,o*100]),c=[[o,co,$,$,$,$,$,$,1],[i*28,`{MMM}`,lo,$,$,$,$,$,1],[i,uo,lo,$,$,$,$,$,1],[r,`{h}`+mo,po,$,fo,$,$,$,1],[n,ho,po,$,fo,$,$,$,1],[t,_o,po+` `+ho,$,fo+` `+ho,$,go,$,1],[e,_o+`.{fff}`,po+` `+ho,$,fo+` `+ho,$,go,$,1]];function l(t){return(s,c,l,u,d,f)=>{let p=[],m=d>=o,h=d>=a&&d<o,g=t(l),_=Q(g*e,3),v=Oo(g.getFullYear(),m?0:g.getMonth(),h||m?1:g.getDate()),y=Q(v*e,3);if(h||m){let n=h?d/a:0,r=m?d/o:0,i=_==y?_:Q(Oo(v.getFullYear()+r,v.getMonth()+n,1)*e,3),s=new Date(Ji(i/e)),c=s.getFullYear(),l=s.getMonth();for(let a=0;i<=u;a++){let o=Oo(c+r*a,l+n*a,1),s=o-t(Q(o*e,3));i=Q((+o+s)*e,3),i<=u&&p.push(i)}}else{let a=d>=i?i:d,o=y+(qi(l)-qi(_))+_a(_-y,a);p.push(o);let m=t(o),h=m.getHours()+m.getMinutes()/n+m.getSeconds()/r,g=d/r,v=f/s.axes[c]._space;for(;o=Q(o+d,e==1?0:3),!(o>u);)if(g>1){let e=qi(Q(h+g,6))%24,n=t(o).getHours()-e;n>1&&(n=-1),o-=n*r,h=(h+g)%24;let i=p[p.length-1];Q((o-i)/d,3)*v>=.7&&p.push(o)}else p.push(o)}return p}}return[s,c,l]}var[yo,bo,xo]=vo(1),[So,Co,wo]=vo(.001);xa(2,-53,53,[1]);function To(e,t){return e.map(e=>e.map((n,r)=>r==0||r==8||n==null?n:t(r==1||e[8]==0?n:e[1]+n)))}function Eo(e,t){return(n,r,i,a,o)=>{let s=t.find(e=>o>=e[0])||t[t.length-1],c,l,u,d,f,p;return r.map(t=>{let n=e(t),r=n.getFullYear(),i=n.getMonth(),a=n.getDate(),o=n.getHours(),m=n.getMinutes(),h=n.getSeconds(),g=r!=c&&s[2]||i!=l&&s[3]||a!=u&&s[4]||o!=d&&s[5]||m!=f&&s[6]||h!=p&&s[7]||s[1];return c=r,l=i,u=a,d=o,f=m,p=h,g(n)})}}function Do(e,t){let n=Qa(t);return(t,r,i,a,o)=>r.map(t=>n(e(t)))}function Oo(e,t,n){return new Date(e,t,n)}function ko(e,t){return t(e)}var Ao=`{YYYY}-{MM}-{DD} {h}:{mm}{aa}`;function jo(e,t){return(n,r,i,a)=>a==null?ai:t(e(r))}function Mo(e,t){let n=e.series[t];return n.width?n.stroke(e,t):n.points.width?n.points.stroke(e,t):null}function No(e,t){return e.series[t].fill(e,t)}var Po={show:!0,live:!0,isolate:!1,mount:ca,markers:{show:!0,width:2,stroke:Mo,fill:No,dash:`solid`},idx:null,idxs:null,values:[]};function Fo(e,t){let n=e.cursor.points,r=hi(),i=n.size(e,t);Y(r,Vr,i),Y(r,Hr,i);let a=i/-2;Y(r,`marginLeft`,a),Y(r,`marginTop`,a);let o=n.width(e,t,i);return o&&Y(r,`borderWidth`,o),r}function Io(e,t){let n=e.series[t].points;return n._fill||n._stroke}function Lo(e,t){let n=e.series[t].points;return n._stroke||n._fill}function Ro(e,t){return e.series[t].points.size}var zo=[0,0];function Bo(e,t,n){return zo[0]=t,zo[1]=n,zo}function Vo(e,t,n,r=!0){return e=>{e.button!=0||r&&e.target!=t||n(e)}}function Ho(e,t,n,r=!0){return e=>{r&&e.target!=t||n(e)}}var Uo={show:!0,x:!0,y:!0,lock:!1,move:Bo,points:{one:!1,show:Fo,size:Ro,width:0,stroke:Lo,fill:Io},bind:{mousedown:Vo,mouseup:Vo,click:Vo,dblclick:Vo,mousemove:Ho,mouseleave:Ho,mouseenter:Ho},drag:{setScale:!0,x:!0,y:!1,dist:0,uni:null,click:(e,t)=>{t.stopPropagation(),t.stopImmediatePropagation()},_x:!1,_y:!1},focus:{dist:(e,t,n,r,i)=>r-i,prox:-1,bias:0},hover:{skip:[void 0],prox:null,bias:0},left:-10,top:-10,idx:null,dataIdx:null,idxs:null,event:null},Wo={show:!0,stroke:`rgba(0,0,0,0.07)`,width:2},Go=Pa({},Wo,{filter:ua}),Ko=Pa({},Go,{size:10}),qo=Pa({},Wo,{show:!1}),Jo=`12px system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, "Noto Sans", sans-serif, "Apple Color Emoji", "Segoe UI Emoji", "Segoe UI Symbol", "Noto Color Emoji"`,Yo=`bold `+Jo,Xo=1.5,Zo={show:!0,scale:`x`,stroke:qr,space:50,gap:5,alignTo:1,size:50,labelGap:0,labelSize:30,labelFont:Yo,side:2,grid:Go,ticks:Ko,border:qo,font:Jo,lineGap:Xo,rotate:0},Qo=`Value`,$o=`Time`,es={show:!0,scale:`x`,auto:!1,sorted:1,min:ia,max:-1/0,idxs:[]};function ts(e,t,n,r,i){return t.map(e=>e==null?``:Ui(e))}function ns(e,t,n,r,i,a,o){let s=[],c=ya.get(i)||0;n=o?n:Q(_a(n,i),c);for(let e=n;e<=r;e=Q(e+i,c))s.push(Object.is(e,-0)?0:e);return s}function rs(e,t,n,r,i,a,o){let s=[],c=e.scales[e.axes[t].scale].log;i=Qi(c,qi((c==10?ea:ta)(n))),c==10&&(i=oo[Ei(i,oo)]);let l=n,u=i*c;c==10&&(u=oo[Ei(u,oo)]);do s.push(l),l+=i,c==10&&!ya.has(l)&&(l=Q(l,ya.get(i))),l>=u&&(i=l,u=i*c,c==10&&(u=oo[Ei(u,oo)]));while(l<=r);return s}function is(e,t,n,r,i,a,o){let s=e.scales[e.axes[t].scale].asinh,c=r>s?rs(e,t,Zi(s,n),r,i):[s],l=r>=0&&n<=0?[0]:[];return(n<-s?rs(e,t,Zi(s,-r),-n,i):[s]).reverse().map(e=>-e).concat(l,c)}var as=/./,os=/[12357]/,ss=/[125]/,cs=/1/,ls=(e,t,n,r)=>e.map((e,i)=>t==4&&e==0||i%r==0&&n.test(e.toExponential()[+(e<0)])?e:null);function us(e,t,n,r,i){let a=e.axes[n],o=a.scale,s=e.scales[o],c=e.valToPos,l=a._space,u=c(10,o),d=c(9,o)-u>=l?as:c(7,o)-u>=l?os:c(5,o)-u>=l?ss:cs;if(d==cs){let e=Ki(c(1,o)-u);if(e<l)return ls(t.slice().reverse(),s.distr,d,Yi(l/e)).reverse()}return ls(t,s.distr,d,1)}function ds(e,t,n,r,i){let a=e.axes[n],o=a.scale,s=a._space,c=e.valToPos,l=Ki(c(1,o)-c(2,o));return l<s?ls(t.slice().reverse(),3,as,Yi(s/l)).reverse():t}function fs(e,t,n,r){return r==null?ai:t==null?``:Ui(t)}var ps={show:!0,scale:`y`,stroke:qr,space:30,gap:5,alignTo:1,size:50,labelGap:0,labelSize:30,labelFont:Yo,side:3,grid:Go,ticks:Ko,border:qo,font:Jo,lineGap:Xo,rotate:0};function ms(e,t){return Q((3+(e||1)*2)*t,3)}function hs(e,t){let{scale:n,idxs:r}=e.series[0],i=e._data[0],a=e.valToPos(i[r[0]],n,!0),o=Ki(e.valToPos(i[r[1]],n,!0)-a)/(e.series[t].points.space*J);return r[1]-r[0]<=o}var gs={scale:null,auto:!0,sorted:0,min:ia,max:-1/0},_s=(e,t,n,r,i)=>i,vs={show:!0,auto:!0,sorted:0,gaps:_s,alpha:1,facets:[Pa({},gs,{scale:`x`}),Pa({},gs,{scale:`y`})]},ys={scale:`y`,auto:!0,sorted:0,show:!0,spanGaps:!1,gaps:_s,alpha:1,points:{show:hs,filter:null},values:null,min:ia,max:-1/0,idxs:[],path:null,clip:null};function bs(e,t,n,r,i){return n/10}var xs={time:br,auto:!0,distr:1,log:10,asinh:1,min:null,max:null,dir:1,ori:0},Ss=Pa({},xs,{time:!1,ori:1}),Cs={};function ws(e,t){let n=Cs[e];return n||(n={key:e,plots:[],sub(e){n.plots.push(e)},unsub(e){n.plots=n.plots.filter(t=>t!=e)},pub(e,t,r,i,a,o,s){for(let c=0;c<n.plots.length;c++)n.plots[c]!=t&&n.plots[c].pub(e,t,r,i,a,o,s)}},e!=null&&(Cs[e]=n)),n}var Ts=1,Es=2;function Ds(e,t,n){let r=e.mode,i=e.series[t],a=r==2?e._data[t]:e._data,o=e.scales,s=e.bbox,c=a[0],l=r==2?a[1]:a[t],u=r==2?o[i.facets[0].scale]:o[e.series[0].scale],d=r==2?o[i.facets[1].scale]:o[i.scale],f=s.left,p=s.top,m=s.width,h=s.height,g=e.valToPosH,_=e.valToPosV;return u.ori==0?n(i,c,l,u,d,g,_,f,p,m,h,Is,Rs,Bs,Hs,Ws):n(i,c,l,u,d,_,g,p,f,h,m,Ls,zs,Vs,Us,Gs)}function Os(e,t){let n=0,r=0,i=X(e.bands,Ca);for(let e=0;e<i.length;e++){let a=i[e];a.series[0]==t?n=a.dir:a.series[1]==t&&(a.dir==1?r|=1:r|=2)}return[n,r==1?-1:r==2?1:r==3?2:0]}function ks(e,t,n,r,i){let a=e.mode,o=e.series[t],s=a==2?o.facets[1].scale:o.scale,c=e.scales[s];return i==-1?c.min:i==1?c.max:c.distr==3?c.dir==1?c.min:c.max:0}function As(e,t,n,r,i,a){return Ds(e,t,(e,t,o,s,c,l,u,d,f,p,m)=>{let h=e.pxRound,g=s.dir*(s.ori==0?1:-1),_=s.ori==0?Rs:zs,v,y;g==1?(v=n,y=r):(v=r,y=n);let b=h(l(t[v],s,p,d)),x=h(u(o[v],c,m,f)),S=h(l(t[y],s,p,d)),C=h(u(a==1?c.max:c.min,c,m,f)),w=new Path2D(i);return _(w,S,C),_(w,b,C),_(w,b,x),w})}function js(e,t,n,r,i,a){let o=null;if(e.length>0){o=new Path2D;let s=t==0?Bs:Vs,c=n;for(let t=0;t<e.length;t++){let n=e[t];if(n[1]>n[0]){let e=n[0]-c;e>0&&s(o,c,r,e,r+a),c=n[1]}}let l=n+i-c;l>0&&s(o,c,r-5,l,r+a+10)}return o}function Ms(e,t,n){let r=e[e.length-1];r&&r[0]==t?r[1]=n:e.push([t,n])}function Ns(e,t,n,r,i,a,o){let s=[],c=e.length;for(let l=i==1?n:r;l>=n&&l<=r;l+=i)if(t[l]===null){let u=l,d=l;if(i==1)for(;++l<=r&&t[l]===null;)d=l;else for(;--l>=n&&t[l]===null;)d=l;let f=a(e[u]),p=d==u?f:a(e[d]),m=u-i;f=o<=0&&m>=0&&m<c?a(e[m]):f;let h=d+i;p=o>=0&&h>=0&&h<c?a(e[h]):p,p>=f&&s.push([f,p])}return s}function Ps(e){return e==0?la:e==1?Ji:t=>ga(t,e)}function Fs(e){let t=e==0?Is:Ls,n=e==0?(e,t,n,r,i,a)=>{e.arcTo(t,n,r,i,a)}:(e,t,n,r,i,a)=>{e.arcTo(n,t,i,r,a)},r=e==0?(e,t,n,r,i)=>{e.rect(t,n,r,i)}:(e,t,n,r,i)=>{e.rect(n,t,i,r)};return(e,i,a,o,s,c=0,l=0)=>{c==0&&l==0?r(e,i,a,o,s):(c=Xi(c,o/2,s/2),l=Xi(l,o/2,s/2),t(e,i+c,a),n(e,i+o,a,i+o,a+s,c),n(e,i+o,a+s,i,a+s,l),n(e,i,a+s,i,a,l),n(e,i,a,i+o,a,c),e.closePath())}}var Is=(e,t,n)=>{e.moveTo(t,n)},Ls=(e,t,n)=>{e.moveTo(n,t)},Rs=(e,t,n)=>{e.lineTo(t,n)},zs=(e,t,n)=>{e.lineTo(n,t)},Bs=Fs(0),Vs=Fs(1),Hs=(e,t,n,r,i,a)=>{e.arc(t,n,r,i,a)},Us=(e,t,n,r,i,a)=>{e.arc(n,t,r,i,a)},Ws=(e,t,n,r,i,a,o)=>{e.bezierCurveTo(t,n,r,i,a,o)},Gs=(e,t,n,r,i,a,o)=>{e.bezierCurveTo(n,t,i,r,o,a)};function Ks(e){return(e,t,n,r,i)=>Ds(e,t,(t,a,o,s,c,l,u,d,f,p,m)=>{let{pxRound:h,points:g}=t,_,v;s.ori==0?(_=Is,v=Hs):(_=Ls,v=Us);let y=Q(g.width*J,3),b=(g.size-g.width)/2*J,x=Q(b*2,3),S=new Path2D,C=new Path2D,{left:w,top:T,width:E,height:D}=e.bbox;Bs(C,w-x,T-x,E+x*2,D+x*2);let O=e=>{if(o[e]!=null){let t=h(l(a[e],s,p,d)),n=h(u(o[e],c,m,f));_(S,t+b,n),v(S,t,n,b,0,Gi*2)}};if(i)i.forEach(O);else for(let e=n;e<=r;e++)O(e);return{stroke:y>0?S:null,fill:S,clip:C,flags:3}})}function qs(e){return(t,n,r,i,a,o)=>{r!=i&&(a!=r&&o!=r&&e(t,n,r),a!=i&&o!=i&&e(t,n,i),e(t,n,o))}}var Js=qs(Rs),Ys=qs(zs);function Xs(e){let t=X(e?.alignGaps,0);return(e,n,r,i)=>Ds(e,n,(a,o,s,c,l,u,d,f,p,m,h)=>{[r,i]=Ai(s,r,i);let g=a.pxRound,_=e=>g(u(e,c,m,f)),v=e=>g(d(e,l,h,p)),y,b;c.ori==0?(y=Rs,b=Js):(y=zs,b=Ys);let x=c.dir*(c.ori==0?1:-1),S={stroke:new Path2D,fill:null,clip:null,band:null,gaps:null,flags:Ts},C=S.stroke,w=!1;if(i-r>=m*4){let t=t=>e.posToVal(t,c.key,!0),n=null,a=null,l,u,d,f=_(o[x==1?r:i]),p=_(o[r]),m=_(o[i]),h=t(x==1?p+1:m-1);for(let e=x==1?r:i;e>=r&&e<=i;e+=x){let r=o[e],i=(x==1?r<h:r>h)?f:_(r),c=s[e];i==f?c==null?c===null&&(w=!0):(u=c,n==null?(y(C,i,v(u)),l=n=a=u):u<n?n=u:u>a&&(a=u)):(n!=null&&b(C,f,v(n),v(a),v(l),v(u)),c==null?(n=a=null,c===null&&(w=!0)):(u=c,y(C,i,v(u)),n=a=l=u),f=i,h=t(f+x))}n!=null&&n!=a&&d!=f&&b(C,f,v(n),v(a),v(l),v(u))}else for(let e=x==1?r:i;e>=r&&e<=i;e+=x){let t=s[e];t===null?w=!0:t!=null&&y(C,_(o[e]),v(t))}let[T,E]=Os(e,n);if(a.fill!=null||T!=0){let t=S.fill=new Path2D(C),s=v(a.fillTo(e,n,a.min,a.max,T)),c=_(o[r]),l=_(o[i]);x==-1&&([l,c]=[c,l]),y(t,l,s),y(t,c,s)}if(!a.spanGaps){let l=[];w&&l.push(...Ns(o,s,r,i,x,_,t)),S.gaps=l=a.gaps(e,n,r,i,l),S.clip=js(l,c.ori,f,p,m,h)}return E!=0&&(S.band=E==2?[As(e,n,r,i,C,-1),As(e,n,r,i,C,1)]:As(e,n,r,i,C,E)),S})}function Zs(e){let t=X(e.align,1),n=X(e.ascDesc,!1),r=X(e.alignGaps,0),i=X(e.extend,!1);return(e,a,o,s)=>Ds(e,a,(c,l,u,d,f,p,m,h,g,_,v)=>{[o,s]=Ai(u,o,s);let y=c.pxRound,{left:b,width:x}=e.bbox,S=e=>y(p(e,d,_,h)),C=e=>y(m(e,f,v,g)),w=d.ori==0?Rs:zs,T={stroke:new Path2D,fill:null,clip:null,band:null,gaps:null,flags:Ts},E=T.stroke,D=d.dir*(d.ori==0?1:-1),O=C(u[D==1?o:s]),ee=S(l[D==1?o:s]),te=ee,k=ee;i&&t==-1&&(k=b,w(E,k,O)),w(E,ee,O);for(let e=D==1?o:s;e>=o&&e<=s;e+=D){let n=u[e];if(n==null)continue;let r=S(l[e]),i=C(n);t==1?w(E,r,O):w(E,te,i),w(E,r,i),O=i,te=r}let ne=te;i&&t==1&&(ne=b+x,w(E,ne,O));let[re,ie]=Os(e,a);if(c.fill!=null||re!=0){let t=T.fill=new Path2D(E),n=C(c.fillTo(e,a,c.min,c.max,re));w(t,ne,n),w(t,k,n)}if(!c.spanGaps){let i=[];i.push(...Ns(l,u,o,s,D,S,r));let f=c.width*J/2,p=n||t==1?f:-f,m=n||t==-1?-f:f;i.forEach(e=>{e[0]+=p,e[1]+=m}),T.gaps=i=c.gaps(e,a,o,s,i),T.clip=js(i,d.ori,h,g,_,v)}return ie!=0&&(T.band=ie==2?[As(e,a,o,s,E,-1),As(e,a,o,s,E,1)]:As(e,a,o,s,E,ie)),T})}function Qs(e,t,n,r,i,a,o=ia){if(e.length>1){let s=null;for(let c=0,l=1/0;c<e.length;c++)if(t[c]!==void 0){if(s!=null){let t=Ki(e[c]-e[s]);t<l&&(l=t,o=Ki(n(e[c],r,i,a)-n(e[s],r,i,a)))}s=c}}return o}function $s(e){e||=Sa;let t=X(e.size,[.6,ia,1]),n=e.align||0,r=e.gap||0,i=e.radius;i=i==null?[0,0]:typeof i==`number`?[i,0]:i;let a=Z(i),o=1-t[0],s=X(t[1],ia),c=X(t[2],1),l=X(e.disp,Sa),u=X(e.each,e=>{}),{fill:d,stroke:f}=l;return(e,t,i,p)=>Ds(e,t,(m,h,g,_,v,y,b,x,S,C,w)=>{let T=m.pxRound,E=n,D=r*J,O=s*J,ee=c*J,te,k;_.ori==0?[te,k]=a(e,t):[k,te]=a(e,t);let ne=_.dir*(_.ori==0?1:-1),re=_.ori==0?Bs:Vs,ie=_.ori==0?u:(e,t,n,r,i,a,o)=>{u(e,t,n,i,r,o,a)},ae=X(e.bands,Ca).find(e=>e.series[0]==t),oe=ae==null?0:ae.dir,se=m.fillTo(e,t,m.min,m.max,oe),A=T(b(se,v,w,S)),j,M,ce,N=C,P=T(m.width*J),le=!1,ue=null,de=null,fe=null,pe=null;d!=null&&(P==0||f!=null)&&(le=!0,ue=d.values(e,t,i,p),de=/* @__PURE__ */ new Map,new Set(ue).forEach(e=>{e!=null&&de.set(e,new Path2D)}),P>0&&(fe=f.values(e,t,i,p),pe=/* @__PURE__ */ new Map,new Set(fe).forEach(e=>{e!=null&&pe.set(e,new Path2D)})));let{x0:me,size:he}=l;if(me!=null&&he!=null){E=1,h=me.values(e,t,i,p),me.unit==2&&(h=h.map(t=>e.posToVal(x+t*C,_.key,!0)));let n=he.values(e,t,i,p);M=he.unit==2?n[0]*C:y(n[0],_,C,x)-y(0,_,C,x),N=Qs(h,g,y,_,C,x,N),ce=N-M+D}else N=Qs(h,g,y,_,C,x,N),ce=N*o+D,M=N-ce;ce<1&&(ce=0),P>=M/2&&(P=0),ce<5&&(T=la);let ge=ce>0,_e=N-ce-(ge?P:0);M=T(oa(_e,ee,O)),j=(E==0?M/2:E==ne?0:M)-E*ne*((E==0?D/2:0)+(ge?P/2:0));let ve={stroke:null,fill:null,clip:null,band:null,gaps:null,flags:0},ye=le?null:new Path2D,be=null;if(ae!=null)be=e.data[ae.series[1]];else{let{y0:n,y1:r}=l;n!=null&&r!=null&&(g=r.values(e,t,i,p),be=n.values(e,t,i,p))}let xe=te*M,Se=k*M;for(let n=ne==1?i:p;n>=i&&n<=p;n+=ne){let r=g[n];if(r==null)continue;if(be!=null){let e=be[n]??0;if(r-e==0)continue;A=b(e,v,w,S)}let i=y(_.distr!=2||l!=null?h[n]:n,_,C,x),a=b(X(r,se),v,w,S),o=T(i-j),s=T(Zi(a,A)),c=T(Xi(a,A)),u=s-c;if(r!=null){let i=r<0?Se:xe,a=r<0?xe:Se;le?(P>0&&fe[n]!=null&&re(pe.get(fe[n]),o,c+qi(P/2),M,Zi(0,u-P),i,a),ue[n]!=null&&re(de.get(ue[n]),o,c+qi(P/2),M,Zi(0,u-P),i,a)):re(ye,o,c+qi(P/2),M,Zi(0,u-P),i,a),ie(e,t,n,o-P/2,c,M+P,u)}}return P>0?ve.stroke=le?pe:ye:le||(ve._fill=m.width==0?m._fill:m._stroke??m._fill,ve.width=0),ve.fill=le?de:ye,ve})}function ec(e,t){let n=X(t?.alignGaps,0);return(t,r,i,a)=>Ds(t,r,(o,s,c,l,u,d,f,p,m,h,g)=>{[i,a]=Ai(c,i,a);let _=o.pxRound,v=e=>_(d(e,l,h,p)),y=e=>_(f(e,u,g,m)),b,x,S;l.ori==0?(b=Is,S=Rs,x=Ws):(b=Ls,S=zs,x=Gs);let C=l.dir*(l.ori==0?1:-1),w=v(s[C==1?i:a]),T=w,E=[],D=[];for(let e=C==1?i:a;e>=i&&e<=a;e+=C)if(c[e]!=null){let t=s[e],n=v(t);E.push(T=n),D.push(y(c[e]))}let O={stroke:e(E,D,b,S,x,_),fill:null,clip:null,band:null,gaps:null,flags:Ts},ee=O.stroke,[te,k]=Os(t,r);if(o.fill!=null||te!=0){let e=O.fill=new Path2D(ee),n=y(o.fillTo(t,r,o.min,o.max,te));S(e,T,n),S(e,w,n)}if(!o.spanGaps){let e=[];e.push(...Ns(s,c,i,a,C,v,n)),O.gaps=e=o.gaps(t,r,i,a,e),O.clip=js(e,l.ori,p,m,h,g)}return k!=0&&(O.band=k==2?[As(t,r,i,a,ee,-1),As(t,r,i,a,ee,1)]:As(t,r,i,a,ee,k)),O})}function tc(e){return ec(nc,e)}function nc(e,t,n,r,i,a){let o=e.length;if(o<2)return null;let s=new Path2D;if(n(s,e[0],t[0]),o==2)r(s,e[1],t[1]);else{let n=Array(o),r=Array(o-1),a=Array(o-1),c=Array(o-1);for(let n=0;n<o-1;n++)a[n]=t[n+1]-t[n],c[n]=e[n+1]-e[n],r[n]=a[n]/c[n];n[0]=r[0];for(let e=1;e<o-1;e++)r[e]===0||r[e-1]===0||r[e-1]>0!=r[e]>0?n[e]=0:(n[e]=3*(c[e-1]+c[e])/((2*c[e]+c[e-1])/r[e-1]+(c[e]+2*c[e-1])/r[e]),isFinite(n[e])||(n[e]=0));n[o-1]=r[o-2];for(let r=0;r<o-1;r++)i(s,e[r]+c[r]/3,t[r]+n[r]*c[r]/3,e[r+1]-c[r]/3,t[r+1]-n[r+1]*c[r]/3,e[r+1],t[r+1])}return s}var rc=/* @__PURE__ */ new Set;function ic(){for(let e of rc)e.syncRect(!0)}oi&&(wi(ti,ci,ic),wi(ni,ci,ic,!0),wi(ii,ci,()=>{bc.pxRatio=J}));var ac=Xs(),oc=Ks();function sc(e,t,n,r){return(r?[e[0],e[1]].concat(e.slice(2)):[e[0]].concat(e.slice(1))).map((e,r)=>lc(e,r,t,n))}function cc(e,t){return e.map((e,n)=>n==0?{}:Pa({},t,e))}function lc(e,t,n,r){return Pa({},t==0?n:r,e)}function uc(e,t,n){return t==null?wa:[t,n]}var dc=uc;function fc(e,t,n){return t==null?wa:zi(t,n,Fi,!0)}function pc(e,t,n,r){return t==null?wa:Ni(t,n,e.scales[r].log,!1)}var mc=pc;function hc(e,t,n,r){return t==null?wa:Pi(t,n,e.scales[r].log,!1)}var gc=hc;function _c(e,t,n,r,i){let a=Zi(aa(e),aa(t)),o=t-e,s=Ei(i/r*o,n);do{let e=n[s],t=r*e/o;if(t>=i&&a+(e<5?ya.get(e):0)<=17)return[e,t]}while(++s<n.length);return[0,0]}function vc(e){let t,n;return e=e.replace(/(\d+)px/,(e,r)=>(t=Ji((n=+r)*J))+`px`),[e,t,n]}function yc(e){e.show&&[e.font,e.labelFont].forEach(e=>{let t=Q(e[2]*J,1);e[0]=e[0].replace(/[0-9.]+px/,t+`px`),e[1]=t})}function bc(e,t,n){let r={mode:X(e.mode,1)},i=r.mode;function a(e,t,n,r){let i=t.valToPct(e);return r+n*(t.dir==-1?1-i:i)}function o(e,t,n,r){let i=t.valToPct(e);return r+n*(t.dir==-1?i:1-i)}function s(e,t,n,r){return t.ori==0?a(e,t,n,r):o(e,t,n,r)}r.valToPosH=a,r.valToPosV=o;let c=!1;r.status=0;let l=r.root=hi(xr);if(e.id!=null&&(l.id=e.id),fi(l,e.class),e.title){let t=hi(wr,l);t.textContent=e.title}let u=mi(`canvas`),d=r.ctx=u.getContext(`2d`),f=hi(Tr,l);wi(`click`,f,e=>{e.target===m&&(B!=an||V!=on)&&un.click(r,e)},!0);let p=r.under=hi(Er,f);f.appendChild(u);let m=r.over=hi(Dr,f);e=Na(e);let h=+X(e.pxAlign,1),g=Ps(h);(e.plugins||[]).forEach(t=>{t.opts&&(e=t.opts(r,e)||e)});let _=e.ms||.001,v=r.series=i==1?sc(e.series||[],es,ys,!1):cc(e.series||[null],vs),y=r.axes=sc(e.axes||[],Zo,ps,!0),b=r.scales={},x=r.bands=e.bands||[];x.forEach(e=>{e.fill=Z(e.fill||null),e.dir=X(e.dir,-1)});let S=i==2?v[1].facets[0].scale:v[0].scale,C={axes:Ht,series:jt},w=(e.drawOrder||[`axes`,`series`]).map(e=>C[e]);function T(e){let t=e.distr==3?t=>ea(t>0?t:e.clamp(r,t,e.min,e.max,e.key)):e.distr==4?t=>ra(t,e.asinh):e.distr==100?t=>e.fwd(t):e=>e;return n=>{let r=t(n),{_min:i,_max:a}=e,o=a-i;return(r-i)/o}}function E(t){let n=b[t];if(n==null){let r=(e.scales||Sa)[t]||Sa;if(r.from!=null){E(r.from);let e=Pa({},b[r.from],r,{key:t});e.valToPct=T(e),b[t]=e}else{n=b[t]=Pa({},t==S?xs:Ss,r),n.key=t;let e=n.time,a=n.range,o=Ta(a);if((t!=S||i==2&&!e)&&(o&&(a[0]==null||a[1]==null)&&(a={min:a[0]==null?Ii:{mode:1,hard:a[0],soft:a[0]},max:a[1]==null?Ii:{mode:1,hard:a[1],soft:a[1]}},o=!1),!o&&ka(a))){let e=a;a=(t,n,r)=>n==null?wa:zi(n,r,e)}n.range=Z(a||(e?dc:t==S?n.distr==3?mc:n.distr==4?gc:uc:n.distr==3?pc:n.distr==4?hc:fc)),n.auto=Z(!o&&n.auto),n.clamp=Z(n.clamp||bs),n._min=n._max=null,n.valToPct=T(n)}}}E(`x`),E(`y`),i==1&&v.forEach(e=>{E(e.scale)}),y.forEach(e=>{E(e.scale)});for(let t in e.scales)E(t);let D=b[S],O=D.distr,ee,te;D.ori==0?(fi(l,Sr),ee=a,te=o):(fi(l,Cr),ee=o,te=a);let k={};for(let e in b){let t=b[e];(t.min!=null||t.max!=null)&&(k[e]={min:t.min,max:t.max},t.min=t.max=null)}let ne=e.tzDate||(e=>new Date(Ji(e/_))),re=e.fmtDate||Qa,ie=_==1?xo(ne):wo(ne),ae=Eo(ne,To(_==1?bo:Co,re)),oe=jo(ne,ko(Ao,re)),se=[],A=r.legend=Pa({},Po,e.legend),j=r.cursor=Pa({},Uo,{drag:{y:i==2}},e.cursor),M=A.show,ce=j.show,N=A.markers;A.idxs=se,N.width=Z(N.width),N.dash=Z(N.dash),N.stroke=Z(N.stroke),N.fill=Z(N.fill);let P,le,ue,de=[],fe=[],pe,me=!1,he={};if(A.live){let e=v[1]?v[1].values:null;me=e!=null,pe=me?e(r,1,0):{_:0};for(let e in pe)he[e]=ai}if(M){if(P=mi(`table`,Pr,l),ue=mi(`tbody`,null,P),A.mount(r,P),me){le=mi(`thead`,null,P,ue);let e=mi(`tr`,null,le);for(var ge in mi(`th`,null,e),pe)mi(`th`,zr,e).textContent=ge}else fi(P,Ir),A.live&&fi(P,Fr)}let _e={show:!0},ve={show:!1};function ye(e,t){if(t==0&&(me||!A.live||i==2))return wa;let n=[],a=mi(`tr`,Lr,ue,ue.childNodes[t]);fi(a,e.class),e.show||fi(a,kr);let o=mi(`th`,null,a);if(N.show){let e=hi(Rr,o);if(t>0){let n=N.width(r,t);n&&(e.style.border=n+`px `+N.dash(r,t)+` `+N.stroke(r,t)),e.style.background=N.fill(r,t)}}let s=hi(zr,o);for(var c in e.label instanceof HTMLElement?s.appendChild(e.label):s.textContent=e.label,t>0&&(N.show||(s.style.color=e.width>0?N.stroke(r,t):N.fill(r,t)),xe(`click`,o,t=>{if(j._lock)return;qe(t);let n=v.indexOf(e);if((t.ctrlKey||t.metaKey)!=A.isolate){let e=v.some((e,t)=>t>0&&t!=n&&e.show);v.forEach((t,r)=>{r>0&&_n(r,e?r==n?_e:ve:_e,!0,K.setSeries)})}else _n(n,{show:!e.show},!0,K.setSeries)},!1),Xe&&xe(Qr,o,t=>{j._lock||(qe(t),_n(v.indexOf(e),Tn,!0,K.setSeries))},!1)),pe){let e=mi(`td`,Br,a);e.textContent=`--`,n.push(e)}return[a,n]}let be=/* @__PURE__ */ new Map;function xe(e,t,n,i=!0){let a=be.get(t)||{},o=j.bind[e](r,t,n,i);o&&(wi(e,t,a[e]=o),be.set(t,a))}function Se(e,t,n){let r=be.get(t)||{};for(let n in r)(e==null||n==e)&&(Ti(n,t,r[n]),delete r[n]);e??be.delete(t)}let Ce=0,we=0,F=0,I=0,Te=0,Ee=0,De=Te,Oe=Ee,ke=F,Ae=I,je=0,Me=0,Ne=0,Pe=0;r.bbox={};let Fe=!1,Ie=!1,Le=!1,Re=!1,ze=!1,Be=!1;function Ve(e,t,n){(n||e!=r.width||t!=r.height)&&He(e,t),Ut(!1),Le=!0,Ie=!0,Jt()}function He(e,t){r.width=Ce=F=e,r.height=we=I=t,Te=Ee=0,Ge(),Ke();let n=r.bbox;je=n.left=ga(Te*J,.5),Me=n.top=ga(Ee*J,.5),Ne=n.width=ga(F*J,.5),Pe=n.height=ga(I*J,.5)}function Ue(){let e=!1,t=0;for(;!e;){t++;let n=Bt(t),i=Vt(t);e=t==3||n&&i,e||(He(r.width,r.height),Ie=!0)}}function We({width:e,height:t}){Ve(e,t)}r.setSize=We;function Ge(){let e=!1,t=!1,n=!1,r=!1;y.forEach((i,a)=>{if(i.show&&i._show){let{side:a,_size:o}=i,s=a%2,c=o+(i.label==null?0:i.labelSize);c>0&&(s?(F-=c,a==3?(Te+=c,r=!0):n=!0):(I-=c,a==0?(Ee+=c,e=!0):t=!0))}}),at[0]=e,at[1]=n,at[2]=t,at[3]=r,F-=lt[1]+lt[3],Te+=lt[3],I-=lt[2]+lt[0],Ee+=lt[0]}function Ke(){let e=Te+F,t=Ee+I,n=Te,r=Ee;function i(i,a){switch(i){case 1:return e+=a,e-a;case 2:return t+=a,t-a;case 3:return n-=a,n+a;case 0:return r-=a,r+a}}y.forEach((e,t)=>{if(e.show&&e._show){let t=e.side;e._pos=i(t,e._size),e.label!=null&&(e._lpos=i(t,e.labelSize))}})}if(j.dataIdx==null){let e=j.hover,n=e.skip=new Set(e.skip??[]);n.add(void 0);let r=e.prox=Z(e.prox),i=e.bias??=0;j.dataIdx=(e,a,o,s)=>{if(a==0)return o;let c=o,l=r(e,a,o,s)??ia,u=l>=0&&l<ia,d=D.ori==0?F:I,f=j.left,p=t[0],m=t[a];if(n.has(m[o])){c=null;let e=null,t=null,r;if(i==0||i==-1)for(r=o;e==null&&r-->0;)n.has(m[r])||(e=r);if(i==0||i==1)for(r=o;t==null&&r++<m.length;)n.has(m[r])||(t=r);if(e!=null||t!=null){if(u){let n=e==null?-1/0:ee(p[e],D,d,0),r=t==null?1/0:ee(p[t],D,d,0),i=f-n,a=r-f;i<=a?i<=l&&(c=e):a<=l&&(c=t)}else c=t==null?e:e==null?t:o-e<=t-o?e:t}}else u&&Ki(f-ee(p[o],D,d,0))>l&&(c=null);return c}}let qe=e=>{j.event=e};j.idxs=se,j._lock=!1;let Je=j.points;Je.show=Z(Je.show),Je.size=Z(Je.size),Je.stroke=Z(Je.stroke),Je.width=Z(Je.width),Je.fill=Z(Je.fill);let Ye=r.focus=Pa({},e.focus||{alpha:.3},j.focus),Xe=Ye.prox>=0,Ze=Xe&&Je.one,Qe=[],$e=[],et=[];function tt(e,t){let n=Je.show(r,t);if(n instanceof HTMLElement)return fi(n,Nr),fi(n,e.class),_i(n,-10,-10,F,I),m.insertBefore(n,Qe[t]),n}function nt(e,t){if(i==1||t>0){let t=i==1&&b[e.scale].time,n=e.value;e.value=t?Oa(n)?jo(ne,ko(n,re)):n||oe:n||fs,e.label=e.label||(t?$o:Qo)}if(Ze||t>0){e.width=e.width==null?1:e.width,e.paths=e.paths||ac||da,e.fillTo=Z(e.fillTo||ks),e.pxAlign=+X(e.pxAlign,h),e.pxRound=Ps(e.pxAlign),e.stroke=Z(e.stroke||null),e.fill=Z(e.fill||null),e._stroke=e._fill=e._paths=e._focus=null;let t=ms(Zi(1,e.width),1),n=e.points=Pa({},{size:t,width:Zi(1,t*.2),stroke:e.stroke,space:t*2,paths:oc,_stroke:null,_fill:null},e.points);n.show=Z(n.show),n.filter=Z(n.filter),n.fill=Z(n.fill),n.stroke=Z(n.stroke),n.paths=Z(n.paths),n.pxAlign=e.pxAlign}if(M){let n=ye(e,t);de.splice(t,0,n[0]),fe.splice(t,0,n[1]),A.values.push(null)}if(ce){se.splice(t,0,null);let n=null;Ze?t==0&&(n=tt(e,t)):t>0&&(n=tt(e,t)),Qe.splice(t,0,n),$e.splice(t,0,0),et.splice(t,0,0)}G(`addSeries`,t)}function rt(e,t){t??=v.length,e=i==1?lc(e,t,es,ys):lc(e,t,{},vs),v.splice(t,0,e),nt(v[t],t)}r.addSeries=rt;function it(e){if(v.splice(e,1),M){A.values.splice(e,1),fe.splice(e,1);let t=de.splice(e,1)[0];Se(null,t.firstChild),t.remove()}ce&&(se.splice(e,1),Qe.splice(e,1)[0].remove(),$e.splice(e,1),et.splice(e,1)),G(`delSeries`,e)}r.delSeries=it;let at=[!1,!1,!1,!1];function ot(e,t){if(e._show=e.show,e.show){let n=e.side%2,i=b[e.scale];i??=(e.scale=n?v[1].scale:S,b[e.scale]);let a=i.time;e.size=Z(e.size),e.space=Z(e.space),e.rotate=Z(e.rotate),Ta(e.incrs)&&e.incrs.forEach(e=>{!ya.has(e)&&ya.set(e,ba(e))}),e.incrs=Z(e.incrs||(i.distr==2?ao:a?_==1?yo:So:oo)),e.splits=Z(e.splits||(a&&i.distr==1?ie:i.distr==3?rs:i.distr==4?is:ns)),e.stroke=Z(e.stroke),e.grid.stroke=Z(e.grid.stroke),e.ticks.stroke=Z(e.ticks.stroke),e.border.stroke=Z(e.border.stroke);let o=e.values;e.values=Ta(o)&&!Ta(o[0])?Z(o):a?Ta(o)?Eo(ne,To(o,re)):Oa(o)?Do(ne,o):o||ae:o||ts,e.filter=Z(e.filter||(i.distr>=3&&i.log==10?us:i.distr==3&&i.log==2?ds:ua)),e.font=vc(e.font),e.labelFont=vc(e.labelFont),e._size=e.size(r,null,t,0),e._space=e._rotate=e._incrs=e._found=e._splits=e._values=null,e._size>0&&(at[t]=!0,e._el=hi(Or,f))}}function st(e,t,n,r){let[i,a,o,s]=n,c=t%2,l=0;return c==0&&(s||a)&&(l=t==0&&!i||t==2&&!o?Ji(Zo.size/3):0),c==1&&(i||o)&&(l=t==1&&!a||t==3&&!s?Ji(ps.size/2):0),l}let ct=r.padding=(e.padding||[st,st,st,st]).map(e=>Z(X(e,st))),lt=r._padding=ct.map((e,t)=>e(r,t,at,0)),L,R=null,z=null,ut=i==1?v[0].idxs:null,dt=null,ft=!1;function pt(e,n){if(t=e??[],r.data=r._data=t,i==2){L=0;for(let e=1;e<v.length;e++)L+=t[e][0].length}else{t.length==0&&(r.data=r._data=t=[[]]),dt=t[0],L=dt.length;let e=t;if(O==2){e=t.slice();let n=e[0]=Array(L);for(let e=0;e<L;e++)n[e]=e}r._data=t=e}if(Ut(!0),G(`setData`),O==2&&(Le=!0),n!==!1){let e=D;e.auto(r,ft)?mt():gn(S,e.min,e.max),Re||=j.left>=0,Be=!0,Jt()}}r.setData=pt;function mt(){ft=!0;let e,n;i==1&&(L>0?(R=ut[0]=0,z=ut[1]=L-1,e=t[0][R],n=t[0][z],O==2?(e=R,n=z):e==n&&(O==3?[e,n]=Ni(e,e,D.log,!1):O==4?[e,n]=Pi(e,e,D.log,!1):D.time?n=e+Ji(86400/_):[e,n]=zi(e,n,Fi,!0))):(R=ut[0]=e=null,z=ut[1]=n=null)),gn(S,e,n)}let ht,gt,_t,vt,yt,bt,xt,St,Ct,wt;function Tt(e,t,n,r,i,a){e??=Jr,n??=Ca,r??=`butt`,i??=Jr,a??=`round`,e!=ht&&(d.strokeStyle=ht=e),i!=gt&&(d.fillStyle=gt=i),t!=_t&&(d.lineWidth=_t=t),a!=yt&&(d.lineJoin=yt=a),r!=bt&&(d.lineCap=bt=r),n!=vt&&d.setLineDash(vt=n)}function Et(e,t,n,r){t!=gt&&(d.fillStyle=gt=t),e!=xt&&(d.font=xt=e),n!=St&&(d.textAlign=St=n),r!=Ct&&(d.textBaseline=Ct=r)}function Dt(e,t,n,i,a=0){if(i.length>0&&e.auto(r,ft)&&(t==null||t.min==null)){let t=X(R,0),r=X(z,i.length-1),o=n.min==null?Mi(i,t,r,a,e.distr==3):[n.min,n.max];e.min=Xi(e.min,n.min=o[0]),e.max=Zi(e.max,n.max=o[1])}}let Ot={min:null,max:null};function kt(){for(let e in b){let t=b[e];k[e]==null&&(t.min==null||k[S]!=null&&t.auto(r,ft))&&(k[e]=Ot)}for(let e in b){let t=b[e];k[e]==null&&t.from!=null&&k[t.from]!=null&&(k[e]=Ot)}k[S]!=null&&Ut(!0);let e={};for(let t in k){let n=k[t];if(n!=null){let a=e[t]=Na(b[t],Aa);if(n.min!=null)Pa(a,n);else if(t!=S||i==2){if(L==0&&a.from==null){let e=a.range(r,null,null,t);a.min=e[0],a.max=e[1]}else a.min=ia,a.max=-1/0}}}if(L>0){v.forEach((n,a)=>{if(i==1){let i=n.scale,o=k[i];if(o==null)return;let s=e[i];if(a==0){let e=s.range(r,s.min,s.max,i);s.min=e[0],s.max=e[1],R=Ei(s.min,t[0]),z=Ei(s.max,t[0]),z-R>1&&(t[0][R]<s.min&&R++,t[0][z]>s.max&&z--),n.min=dt[R],n.max=dt[z]}else n.show&&n.auto&&Dt(s,o,n,t[a],n.sorted);n.idxs[0]=R,n.idxs[1]=z}else if(a>0&&n.show&&n.auto){let[r,i]=n.facets,o=r.scale,s=i.scale,[c,l]=t[a],u=e[o],d=e[s];u!=null&&Dt(u,k[o],r,c,r.sorted),d!=null&&Dt(d,k[s],i,l,i.sorted),n.min=i.min,n.max=i.max}});for(let t in e){let n=e[t],i=k[t];if(n.from==null&&(i==null||i.min==null)){let e=n.range(r,n.min==ia?null:n.min,n.max==-1/0?null:n.max,t);n.min=e[0],n.max=e[1]}}}for(let t in e){let n=e[t];if(n.from!=null){let i=e[n.from];if(i.min==null)n.min=n.max=null;else{let e=n.range(r,i.min,i.max,t);n.min=e[0],n.max=e[1]}}}let n={},a=!1;for(let t in e){let r=e[t],i=b[t];if(i.min!=r.min||i.max!=r.max){i.min=r.min,i.max=r.max;let e=i.distr;i._min=e==3?ea(i.min):e==4?ra(i.min,i.asinh):e==100?i.fwd(i.min):i.min,i._max=e==3?ea(i.max):e==4?ra(i.max,i.asinh):e==100?i.fwd(i.max):i.max,n[t]=a=!0}}if(a){v.forEach((e,t)=>{i==2?t>0&&n.y&&(e._paths=null):n[e.scale]&&(e._paths=null)});for(let e in n)Le=!0,G(`setScale`,e);ce&&j.left>=0&&(Re=Be=!0)}for(let e in k)k[e]=null}function At(e){let t=oa(R-1,0,L-1),n=oa(z+1,0,L-1);for(;e[t]==null&&t>0;)t--;for(;e[n]==null&&n<L-1;)n++;return[t,n]}function jt(){if(L>0){let e=v.some(e=>e._focus)&&wt!=Ye.alpha;e&&(d.globalAlpha=wt=Ye.alpha),v.forEach((e,n)=>{if(n>0&&e.show&&(Mt(n,!1),Mt(n,!0),e._paths==null)){let a=wt;wt!=e.alpha&&(d.globalAlpha=wt=e.alpha);let o=i==2?[0,t[n][0].length-1]:At(t[n]);e._paths=e.paths(r,n,o[0],o[1]),wt!=a&&(d.globalAlpha=wt=a)}}),v.forEach((e,t)=>{if(t>0&&e.show){let n=wt;wt!=e.alpha&&(d.globalAlpha=wt=e.alpha),e._paths!=null&&Nt(t,!1);{let n=e._paths==null?null:e._paths.gaps,i=e.points.show(r,t,R,z,n),a=e.points.filter(r,t,i,n);(i||a)&&(e.points._paths=e.points.paths(r,t,R,z,a),Nt(t,!0))}wt!=n&&(d.globalAlpha=wt=n),G(`drawSeries`,t)}}),e&&(d.globalAlpha=wt=1)}}function Mt(e,t){let n=t?v[e].points:v[e];n._stroke=n.stroke(r,e),n._fill=n.fill(r,e)}function Nt(e,t){let n=t?v[e].points:v[e],{stroke:r,fill:i,clip:a,flags:o,_stroke:s=n._stroke,_fill:c=n._fill,_width:l=n.width}=n._paths;l=Q(l*J,3);let u=null,f=l%2/2;t&&c==null&&(c=l>0?`#fff`:s);let p=n.pxAlign==1&&f>0;if(p&&d.translate(f,f),!t){let e=je-l/2,t=Me-l/2,n=Ne+l,r=Pe+l;u=new Path2D,u.rect(e,t,n,r)}t?Ft(s,l,n.dash,n.cap,c,r,i,o,a):Pt(e,s,l,n.dash,n.cap,c,r,i,o,u,a),p&&d.translate(-f,-f)}function Pt(e,n,i,a,o,s,c,l,u,d,f){let p=!1;u!=0&&x.forEach((m,h)=>{if(m.series[0]==e){let e=v[m.series[1]],g=t[m.series[1]],_=(e._paths||Sa).band;Ta(_)&&(_=m.dir==1?_[0]:_[1]);let y,b=null;e.show&&_&&Bi(g,R,z)?(b=m.fill(r,h)||s,y=e._paths.clip):_=null,Ft(n,i,a,o,b,c,l,u,d,f,y,_),p=!0}}),p||Ft(n,i,a,o,s,c,l,u,d,f)}function Ft(e,t,n,r,i,a,o,s,c,l,u,f){Tt(e,t,n,r,i),(c||l||f)&&(d.save(),c&&d.clip(c),l&&d.clip(l)),f?(s&3)==3?(d.clip(f),u&&d.clip(u),Lt(i,o),It(e,a,t)):s&Es?(Lt(i,o),d.clip(f),It(e,a,t)):s&Ts&&(d.save(),d.clip(f),u&&d.clip(u),Lt(i,o),d.restore(),It(e,a,t)):(Lt(i,o),It(e,a,t)),(c||l||f)&&d.restore()}function It(e,t,n){n>0&&(t instanceof Map?t.forEach((e,t)=>{d.strokeStyle=ht=t,d.stroke(e)}):t!=null&&e&&d.stroke(t))}function Lt(e,t){t instanceof Map?t.forEach((e,t)=>{d.fillStyle=gt=t,d.fill(e)}):t!=null&&e&&d.fill(t)}function Rt(e,t,n,i){let a=y[e],o;if(i<=0)o=[0,0];else{let s=a._space=a.space(r,e,t,n,i);o=_c(t,n,a._incrs=a.incrs(r,e,t,n,i,s),i,s)}return a._found=o}function zt(e,t,n,r,i,a,o,s,c,l){let u=o%2/2;h==1&&d.translate(u,u),Tt(s,o,c,l,s),d.beginPath();let f,p,m,g,_=i+(r==0||r==3?-a:a);n==0?(p=i,g=_):(f=i,m=_);for(let r=0;r<e.length;r++)t[r]!=null&&(n==0?f=m=e[r]:p=g=e[r],d.moveTo(f,p),d.lineTo(m,g));d.stroke(),h==1&&d.translate(-u,-u)}function Bt(e){let t=!0;return y.forEach((n,i)=>{if(!n.show)return;let a=b[n.scale];if(a.min==null){n._show&&(t=!1,n._show=!1,Ut(!1));return}n._show||(t=!1,n._show=!0,Ut(!1));let o=n.side,s=o%2,{min:c,max:l}=a,[u,d]=Rt(i,c,l,s==0?F:I);if(d==0)return;let f=a.distr==2,p=n._splits=n.splits(r,i,c,l,u,d,f),m=a.distr==2?p.map(e=>dt[e]):p,h=a.distr==2?dt[p[1]]-dt[p[0]]:u,g=n._values=n.values(r,n.filter(r,m,i,d,h),i,d,h);n._rotate=o==2?n.rotate(r,g,i,d):0;let _=n._size;n._size=Yi(n.size(r,g,i,e)),_!=null&&n._size!=_&&(t=!1)}),t}function Vt(e){let t=!0;return ct.forEach((n,i)=>{let a=n(r,i,at,e);a!=lt[i]&&(t=!1),lt[i]=a}),t}function Ht(){for(let e=0;e<y.length;e++){let t=y[e];if(!t.show||!t._show)continue;let n=t.side,i=n%2,a,o,c=t.stroke(r,e),l=n==0||n==3?-1:1,[u,f]=t._found;if(t.label!=null){let s=t.labelGap*l,p=Ji((t._lpos+s)*J);Et(t.labelFont[0],c,`center`,n==2?Ur:Wr),d.save(),i==1?(a=o=0,d.translate(p,Ji(Me+Pe/2)),d.rotate((n==3?-Gi:Gi)/2)):(a=Ji(je+Ne/2),o=p);let m=sa(t.label)?t.label(r,e,u,f):t.label;d.fillText(m,a,o),d.restore()}if(f==0)continue;let p=b[t.scale],m=i==0?Ne:Pe,h=i==0?je:Me,_=t._splits,v=p.distr==2?_.map(e=>dt[e]):_,x=p.distr==2?dt[_[1]]-dt[_[0]]:u,S=t.ticks,C=t.border,w=S.show?S.size:0,T=Ji(w*J),E=Ji((t.alignTo==2?t._size-w-t.gap:t.gap)*J),D=t._rotate*-Gi/180,O=g(t._pos*J),ee=O+(T+E)*l;o=i==0?ee:0,a=i==1?ee:0;let te=t.font[0];Et(te,c,t.align==1?Gr:t.align==2?Kr:D>0?Gr:D<0?Kr:i==0?`center`:n==3?Kr:Gr,D||i==1?`middle`:n==2?Ur:Wr);let k=t.font[1]*t.lineGap,ne=_.map(e=>g(s(e,p,m,h))),re=t._values;for(let e=0;e<re.length;e++){let t=re[e];if(t!=null){i==0?a=ne[e]:o=ne[e],t=``+t;let n=t.indexOf(`
`)==-1?[t]:t.split(/\n/gm);for(let e=0;e<n.length;e++){let t=n[e];D?(d.save(),d.translate(a,o+e*k),d.rotate(D),d.fillText(t,0,0),d.restore()):d.fillText(t,a,o+e*k)}}}S.show&&zt(ne,S.filter(r,v,e,f,x),i,n,O,T,Q(S.width*J,3),S.stroke(r,e),S.dash,S.cap);let ie=t.grid;ie.show&&zt(ne,ie.filter(r,v,e,f,x),i,i==0?2:1,i==0?Me:je,i==0?Pe:Ne,Q(ie.width*J,3),ie.stroke(r,e),ie.dash,ie.cap),C.show&&zt([O],[1],+(i==0),i==0?1:2,i==1?Me:je,i==1?Pe:Ne,Q(C.width*J,3),C.stroke(r,e),C.dash,C.cap)}G(`drawAxes`)}function Ut(e){v.forEach((t,n)=>{n>0&&(t._paths=null,e&&(i==1?(t.min=null,t.max=null):t.facets.forEach(e=>{e.min=null,e.max=null})))})}let Wt=!1,Gt=!1,Kt=[];function qt(){Gt=!1;for(let e=0;e<Kt.length;e++)G(...Kt[e]);Kt.length=0}function Jt(){Wt||=(Ba(Xt),!0)}function Yt(e,t=!1){Wt=!0,Gt=t,e(r),Xt(),t&&Kt.length>0&&queueMicrotask(qt)}r.batch=Yt;function Xt(){if(Fe&&=(kt(),!1),Le&&=(Ue(),!1),Ie){if(Y(p,Gr,Te),Y(p,Ur,Ee),Y(p,Vr,F),Y(p,Hr,I),Y(m,Gr,Te),Y(m,Ur,Ee),Y(m,Vr,F),Y(m,Hr,I),Y(f,Vr,Ce),Y(f,Hr,we),u.width=Ji(Ce*J),u.height=Ji(we*J),y.forEach(({_el:e,_show:t,_size:n,_pos:r,side:i})=>{if(e!=null){if(t){let t=i===3||i===0?n:0,a=i%2==1;Y(e,a?`left`:`top`,r-t),Y(e,a?`width`:`height`,n),Y(e,a?`top`:`left`,a?Ee:Te),Y(e,a?`height`:`width`,a?I:F),pi(e,kr)}else fi(e,kr)}}),ht=gt=_t=yt=bt=xt=St=Ct=vt=null,wt=1,In(!0),Te!=De||Ee!=Oe||F!=ke||I!=Ae){Ut(!1);let e=F/ke,t=I/Ae;if(ce&&!Re&&j.left>=0){j.left*=e,j.top*=t,en&&_i(en,Ji(j.left),0,F,I),tn&&_i(tn,0,Ji(j.top),F,I);for(let n=0;n<Qe.length;n++){let r=Qe[n];r!=null&&($e[n]*=e,et[n]*=t,_i(r,Yi($e[n]),Yi(et[n]),F,I))}}if(H.show&&!ze&&H.left>=0&&H.width>0){H.left*=e,H.width*=e,H.top*=t,H.height*=t;for(let e in zn)Y(pn,e,H[e])}De=Te,Oe=Ee,ke=F,Ae=I}G(`setSize`),Ie=!1}Ce>0&&we>0&&(d.clearRect(0,0,u.width,u.height),G(`drawClear`),w.forEach(e=>e()),G(`draw`)),H.show&&ze&&(mn(H),ze=!1),ce&&Re&&(Pn(null,!0,!1),Re=!1),A.show&&A.live&&Be&&(Mn(),Be=!1),c||(c=!0,r.status=1,G(`ready`)),ft=!1,Wt=!1}r.redraw=(e,t)=>{Le=t||!1,e===!1?Jt():gn(S,D.min,D.max)};function Zt(e,n){let i=b[e];if(i.from==null){if(L==0){let t=i.range(r,n.min,n.max,e);n.min=t[0],n.max=t[1]}if(n.min>n.max){let e=n.min;n.min=n.max,n.max=e}if(L>1&&n.min!=null&&n.max!=null&&n.max-n.min<1e-16)return;e==S&&i.distr==2&&L>0&&(n.min=Ei(n.min,t[0]),n.max=Ei(n.max,t[0]),n.min==n.max&&n.max++),k[e]=n,Fe=!0,Jt()}}r.setScale=Zt;let Qt,$t,en,tn,nn,rn,an,on,sn,cn,B,V,ln=!1,un=j.drag,dn=un.x,fn=un.y;ce&&(j.x&&(Qt=hi(jr,m)),j.y&&($t=hi(Mr,m)),D.ori==0?(en=Qt,tn=$t):(en=$t,tn=Qt),B=j.left,V=j.top);let H=r.select=Pa({show:!0,over:!0,left:0,width:0,top:0,height:0},e.select),pn=H.show?hi(Ar,H.over?m:p):null;function mn(e,t){if(H.show){for(let t in e)H[t]=e[t],t in zn&&Y(pn,t,e[t]);t!==!1&&G(`setSelect`)}}r.setSelect=mn;function hn(e){if(v[e].show)M&&pi(de[e],kr);else if(M&&fi(de[e],kr),ce){let t=Ze?Qe[0]:Qe[e];t!=null&&_i(t,-10,-10,F,I)}}function gn(e,t,n){Zt(e,{min:t,max:n})}function _n(e,t,n,a){t.focus!=null&&En(e),t.show!=null&&v.forEach((n,r)=>{r>0&&(e==r||e==null)&&(n.show=t.show,hn(r),i==2?(gn(n.facets[0].scale,null,null),gn(n.facets[1].scale,null,null)):gn(n.scale,null,null),Jt())}),n!==!1&&G(`setSeries`,e,t),a&&er(`setSeries`,r,e,t)}r.setSeries=_n;function vn(e,t){Pa(x[e],t)}function yn(e,t){e.fill=Z(e.fill||null),e.dir=X(e.dir,-1),t??=x.length,x.splice(t,0,e)}function bn(e){e==null?x.length=0:x.splice(e,1)}r.addBand=yn,r.setBand=vn,r.delBand=bn;function xn(e,t){v[e].alpha=t,ce&&Qe[e]!=null&&(Qe[e].style.opacity=t),M&&de[e]&&(de[e].style.opacity=t)}let Sn,Cn,wn,Tn={focus:!0};function En(e){if(e!=wn){let t=e==null,n=Ye.alpha!=1;v.forEach((r,a)=>{if(i==1||a>0){let i=t||a==0||a==e;r._focus=t?null:i,n&&xn(a,i?1:Ye.alpha)}}),wn=e,n&&Jt()}}M&&Xe&&xe($r,P,e=>{j._lock||(qe(e),wn!=null&&_n(null,Tn,!0,K.setSeries))});function Dn(e,t,n){let r=b[t];n&&(e=e/J-(r.ori==1?Ee:Te));let i=F;r.ori==1&&(i=I,e=i-e),r.dir==-1&&(e=i-e);let a=r._min,o=r._max,s=e/i,c=a+(o-a)*s,l=r.distr;return l==3?Qi(10,c):l==4?na(c,r.asinh):l==100?r.bwd(c):c}function On(e,n){return Ei(Dn(e,S,n),t[0],R,z)}r.valToIdx=e=>Ei(e,t[0]),r.posToIdx=On,r.posToVal=Dn,r.valToPos=(e,t,n)=>b[t].ori==0?a(e,b[t],n?Ne:F,n?je:0):o(e,b[t],n?Pe:I,n?Me:0),r.setCursor=(e,t,n)=>{B=e.left,V=e.top,Pn(null,t,n)};function U(e,t){Y(pn,Gr,H.left=e),Y(pn,Vr,H.width=t)}function kn(e,t){Y(pn,Ur,H.top=e),Y(pn,Hr,H.height=t)}let An=D.ori==0?U:kn,W=D.ori==1?U:kn;function jn(){if(M&&A.live)for(let e=+(i==2);e<v.length;e++){if(e==0&&me)continue;let t=A.values[e],n=0;for(let r in t)fe[e][n++].firstChild.nodeValue=t[r]}}function Mn(e,t){if(e!=null&&(e.idxs?e.idxs.forEach((e,t)=>{se[t]=e}):Da(e.idx)||se.fill(e.idx),A.idx=se[0]),M&&A.live){for(let e=0;e<v.length;e++)(e>0||i==1&&!me)&&Nn(e,se[e]);jn()}Be=!1,t!==!1&&G(`setLegend`)}r.setLegend=Mn;function Nn(e,n){let i=v[e],a=e==0&&O==2?dt:t[e],o;me?o=i.values(r,e,n)??he:(o=i.value(r,n==null?null:a[n],e,n),o=o==null?he:{_:o}),A.values[e]=o}function Pn(e,n,a){sn=B,cn=V,[B,V]=j.move(r,B,V),j.left=B,j.top=V,ce&&(en&&_i(en,Ji(B),0,F,I),tn&&_i(tn,0,Ji(V),F,I));let o,s=R>z;Sn=ia,Cn=null;let c=D.ori==0?F:I,l=D.ori==1?F:I;if(B<0||L==0||s){o=j.idx=null;for(let e=0;e<v.length;e++){let t=Qe[e];t!=null&&_i(t,-10,-10,F,I)}Xe&&_n(null,Tn,!0,e==null&&K.setSeries),A.live&&(se.fill(o),Be=!0)}else{let e,n,a;i==1&&(e=D.ori==0?B:V,n=Dn(e,S),o=j.idx=Ei(n,t[0],R,z),a=ee(t[0][o],D,c,0));let s=-10,u=-10,d=0,f=0,p=!0,m=``,h=``;for(let e=+(i==2);e<v.length;e++){let g=v[e],_=se[e],y=_==null?null:i==1?t[e][_]:t[e][1][_],x=j.dataIdx(r,e,o,n),S=x==null?null:i==1?t[e][x]:t[e][1][x];if(Be=Be||S!=y||x!=_,se[e]=x,e>0&&g.show){let n=x==null?-10:x==o?a:ee(i==1?t[0][x]:t[e][0][x],D,c,0),_=S==null?-10:te(S,i==1?b[g.scale]:b[g.facets[1].scale],l,0);if(Xe&&S!=null){let t=D.ori==1?B:V,n=Ki(Ye.dist(r,e,x,_,t));if(n<Sn){let r=Ye.bias;if(r!=0){let i=Dn(t,g.scale),a=S>=0?1:-1,o=i>=0?1:-1;o==a&&(o==1?r==1?S>=i:S<=i:r==1?S<=i:S>=i)&&(Sn=n,Cn=e)}else Sn=n,Cn=e}}if(Be||Ze){let t,i;D.ori==0?(t=n,i=_):(t=_,i=n);let a,o,c,l,g,v,y=!0,b=Je.bbox;if(b!=null){y=!1;let t=b(r,e);c=t.left,l=t.top,a=t.width,o=t.height}else c=t,l=i,a=o=Je.size(r,e);if(v=Je.fill(r,e),g=Je.stroke(r,e),Ze)e==Cn&&Sn<=Ye.prox&&(s=c,u=l,d=a,f=o,p=y,m=v,h=g);else{let t=Qe[e];t!=null&&($e[e]=c,et[e]=l,xi(t,a,o,y),yi(t,v,g),_i(t,Yi(c),Yi(l),F,I))}}}}if(Ze){let e=Ye.prox;if(Be||(wn==null?Sn<=e:Sn>e||Cn!=wn)){let e=Qe[0];e!=null&&($e[0]=s,et[0]=u,xi(e,d,f,p),yi(e,m,h),_i(e,Yi(s),Yi(u),F,I))}}}if(H.show&&ln){if(e!=null){let[t,n]=K.scales,[r,i]=K.match,[a,o]=e.cursor.sync.scales,s=e.cursor.drag;if(dn=s._x,fn=s._y,dn||fn){let{left:s,top:u,width:d,height:f}=e.select,p=e.scales[a].ori,m=e.posToVal,h,g,_,v,y,x=t!=null&&r(t,a),S=n!=null&&i(n,o);x&&dn?(p==0?(h=s,g=d):(h=u,g=f),_=b[t],v=ee(m(h,a),_,c,0),y=ee(m(h+g,a),_,c,0),An(Xi(v,y),Ki(y-v))):An(0,c),S&&fn?(p==1?(h=s,g=d):(h=u,g=f),_=b[n],v=te(m(h,o),_,l,0),y=te(m(h+g,o),_,l,0),W(Xi(v,y),Ki(y-v))):W(0,l)}else Bn()}else{let e=Ki(sn-nn),t=Ki(cn-rn);if(D.ori==1){let n=e;e=t,t=n}dn=un.x&&e>=un.dist,fn=un.y&&t>=un.dist;let n=un.uni;n==null?un.x&&un.y&&(dn||fn)&&(dn=fn=!0):dn&&fn&&(dn=e>=n,fn=t>=n,!dn&&!fn&&(t>e?fn=!0:dn=!0));let r,i;dn&&(D.ori==0?(r=an,i=B):(r=on,i=V),An(Xi(r,i),Ki(i-r)),fn||W(0,l)),fn&&(D.ori==1?(r=an,i=B):(r=on,i=V),W(Xi(r,i),Ki(i-r)),dn||An(0,c)),!dn&&!fn&&(An(0,0),W(0,0))}}if(un._x=dn,un._y=fn,e==null){if(a){if($n!=null){let[e,t]=K.scales;K.values[0]=e==null?null:Dn(D.ori==0?B:V,e),K.values[1]=t==null?null:Dn(D.ori==1?B:V,t)}er(Yr,r,B,V,F,I,o)}if(Xe){let e=a&&K.setSeries,t=Ye.prox;wn==null?Sn<=t&&_n(Cn,Tn,!0,e):Sn>t?_n(null,Tn,!0,e):Cn!=wn&&_n(Cn,Tn,!0,e)}}Be&&(A.idx=o,Mn()),n!==!1&&G(`setCursor`)}let Fn=null;Object.defineProperty(r,"rect",{get(){return Fn??In(!1),Fn}});function In(e=!1){e?Fn=null:(Fn=m.getBoundingClientRect(),G(`syncRect`,Fn))}function Ln(e,t,n,r,i,a,o){j._lock||ln&&e!=null&&e.movementX==0&&e.movementY==0||(Rn(e,t,n,r,i,a,o,!1,e!=null),e==null?Pn(t,!0,!1):Pn(null,!0,!0))}function Rn(e,t,n,i,a,o,c,l,u){if(Fn??In(!1),qe(e),e!=null)n=e.clientX-Fn.left,i=e.clientY-Fn.top;else{if(n<0||i<0){B=-10,V=-10;return}let[e,r]=K.scales,c=t.cursor.sync,[l,u]=c.values,[d,f]=c.scales,[p,m]=K.match,h=t.axes[0].side%2==1,g=D.ori==0?F:I,_=D.ori==1?F:I,v=h?o:a,y=h?a:o,x=h?i:n,S=h?n:i;if(n=d==null?x/v*g:p(e,d)?s(l,b[e],g,0):-10,i=f==null?S/y*_:m(r,f)?s(u,b[r],_,0):-10,D.ori==1){let e=n;n=i,i=e}}u&&(t==null||t.cursor.event.type==Yr)&&((n<=1||n>=F-1)&&(n=ga(n,F)),(i<=1||i>=I-1)&&(i=ga(i,I))),l?(nn=n,rn=i,[an,on]=j.move(r,n,i)):(B=n,V=i)}let zn={width:0,height:0,left:0,top:0};function Bn(){mn(zn,!1)}let Vn,Hn,Un,Wn;function Gn(e,t,n,i,a,o,s){ln=!0,dn=fn=un._x=un._y=!1,Rn(e,t,n,i,a,o,s,!0,!1),e!=null&&(xe(Zr,si,Kn,!1),er(Xr,r,an,on,F,I,null));let{left:c,top:l,width:u,height:d}=H;Vn=c,Hn=l,Un=u,Wn=d}function Kn(e,t,n,i,a,o,s){ln=un._x=un._y=!1,Rn(e,t,n,i,a,o,s,!1,!0);let{left:c,top:l,width:u,height:d}=H,f=u>0||d>0,p=Vn!=c||Hn!=l||Un!=u||Wn!=d;if(f&&p&&mn(H),un.setScale&&f&&p){let e=c,t=u,n=l,r=d;if(D.ori==1&&(e=l,t=d,n=c,r=u),dn&&gn(S,Dn(e,S),Dn(e+t,S)),fn)for(let e in b){let t=b[e];e!=S&&t.from==null&&t.min!=ia&&gn(e,Dn(n+r,e),Dn(n,e))}Bn()}else j.lock&&(j._lock=!j._lock,Pn(t,!0,e!=null));e!=null&&(Se(Zr,si),er(Zr,r,B,V,F,I,null))}function qn(e,t,n,r,i,a,o){if(j._lock)return;qe(e);let s=ln;if(ln){let e=!0,t=!0,n,r;D.ori==0?(n=dn,r=fn):(n=fn,r=dn),n&&r&&(e=B<=10||B>=F-10,t=V<=10||V>=I-10),n&&e&&(B=B<an?0:F),r&&t&&(V=V<on?0:I),Pn(null,!0,!0),ln=!1}B=-10,V=-10,se.fill(null),Pn(null,!0,!0),s&&(ln=s)}function Jn(e,t,n,i,a,o,s){j._lock||(qe(e),mt(),Bn(),e!=null&&er(ei,r,B,V,F,I,null))}function Yn(){y.forEach(yc),Ve(r.width,r.height,!0)}wi(ii,ci,Yn);let Xn={};Xn.mousedown=Gn,Xn.mousemove=Ln,Xn.mouseup=Kn,Xn.dblclick=Jn,Xn.setSeries=(e,t,n,i)=>{let a=K.match[2];n=a(r,t,n),n!=-1&&_n(n,i,!0,!1)},ce&&(xe(Xr,m,Gn),xe(Yr,m,Ln),xe(Qr,m,e=>{qe(e),In(!1)}),xe($r,m,qn),xe(ei,m,Jn),rc.add(r),r.syncRect=In);let Zn=r.hooks=e.hooks||{};function G(e,t,n){Gt?Kt.push([e,t,n]):e in Zn&&Zn[e].forEach(e=>{e.call(null,r,t,n)})}(e.plugins||[]).forEach(e=>{for(let t in e.hooks)Zn[t]=(Zn[t]||[]).concat(e.hooks[t])});let Qn=(e,t,n)=>n,K=Pa({key:null,setSeries:!1,filters:{pub:fa,sub:fa},scales:[S,v[1]?v[1].scale:null],match:[pa,pa,Qn],values:[null,null]},j.sync);K.match.length==2&&K.match.push(Qn),j.sync=K;let $n=K.key,q=ws($n);function er(e,t,n,r,i,a,o){K.filters.pub(e,t,n,r,i,a,o)&&q.pub(e,t,n,r,i,a,o)}q.sub(r);function tr(e,t,n,r,i,a,o){K.filters.sub(e,t,n,r,i,a,o)&&Xn[e](null,t,n,r,i,a,o)}r.pub=tr;function nr(){q.unsub(r),rc.delete(r),be.clear(),Ti(ii,ci,Yn),l.remove(),P?.remove(),G(`destroy`)}r.destroy=nr;function rr(){G(`init`,e,t),pt(t||e.data,!1),k[S]?Zt(S,k[S]):mt(),ze=H.show&&(H.width>0||H.height>0),Re=Be=!0,Ve(e.width,e.height)}return v.forEach(nt),y.forEach(ot),n?n instanceof HTMLElement?(n.appendChild(l),rr()):n(r,rr):rr(),r}bc.assign=Pa,bc.fmtNum=Ui,bc.rangeNum=zi,bc.rangeLog=Ni,bc.rangeAsinh=Pi,bc.orient=Ds,bc.pxRatio=J,bc.join=za,bc.fmtDate=Qa,bc.tzDate=eo,bc.sync=ws;{bc.addGap=Ms,bc.clipGaps=js;let e=bc.paths={points:Ks};e.linear=Xs,e.stepped=Zs,e.bars=$s,e.spline=tc}var xc={light:{surface:[255,255,255],dead:[208,0,60],zero:[0,0,0],absent:[246,247,249],absentDot:[196,200,207],invalid:[255,255,255],invalidDot:[20,20,24],text:`#5f6368`,grid:`#e6e8eb`,axis:`#9aa0a6`,runs:[`#1967d2`,`#c26401`]},dark:{surface:[48,48,48],dead:[226,20,80],zero:[0,0,0],absent:[58,58,60],absentDot:[104,106,110],invalid:[20,20,24],invalidDot:[240,240,240],text:`#bdc1c6`,grid:`#4a4b4f`,axis:`#80868b`,runs:[`#8ab4f8`,`#fcad70`]}},Sc=4,Cc=`11px Roboto, "Helvetica Neue", Helvetica, Arial, sans-serif`,wc=26;function Tc(e,t){let n=xc[t.theme],r=n.runs[t.ownColour]??n.runs[0],i=Math.max(Sc,t.mostDead)*1.08,a=bc.paths.stepped?.({align:-1}),o=[{},{stroke:n.axis,width:1,paths:a,points:{show:!1},spanGaps:!0},{stroke:r,fill:`${r}2e`,width:2,paths:a,points:{show:t.own.steps.length===1},spanGaps:!0}],s=[{show:!1},{size:t.gutters[0],stroke:n.text,font:Cc,gap:3,space:wc,incrs:[1,2,5,10,20,50,100,200,500,1e3,2e3,5e3,1e4,5e4,1e5,1e6],grid:{stroke:n.grid,width:1},ticks:{show:!1},values:(e,t)=>t.map(e=>q(e))}];return new bc({width:t.width,height:t.height,padding:[4,t.gutters[1],6,0],cursor:{show:!1},legend:{show:!1},scales:{x:{time:!1,range:[t.domain[0],t.domain[1]]},y:{range:[0,i]}},series:o,axes:s,hooks:{draw:[e=>Oc(e,t.own.widths,n.text)]}},Ec(t.own,t.other),e)}function Ec(e,t){let[n,r]=[Dc(e),t?Dc(t):/* @__PURE__ */ new Map],i=[.../* @__PURE__ */ new Set([...n.keys(),...r.keys()])].sort((e,t)=>e-t);return[i,i.map(e=>r.get(e)??null),i.map(e=>n.get(e)??null)]}function Dc(e){let{dead:t}=e.states,n=/* @__PURE__ */ new Map;return t.length&&n.set(e.window_start_steps[0],t[0]),e.steps.forEach((e,r)=>{n.set(e,t[r])}),n}function Oc(e,t,n){let r=t[0];if(!r||t.some(e=>e!==r))return;let{ctx:i,bbox:a}=e,o=e.axes[1]._splits??[];i.save(),i.fillStyle=n,i.font=Cc.replace(`11px`,`${10*devicePixelRatio}px`),i.textAlign=`left`,i.textBaseline=`bottom`;for(let t of o){if(t<=0||t>r)continue;let n=e.valToPos(t,`y`,!0);n>a.top+10*devicePixelRatio&&i.fillText(rr(t/r),a.left+4*devicePixelRatio,n-devicePixelRatio)}i.restore()}var kc=h(null),Ac=h(null),jc=class extends G{static properties={place:{attribute:!1}};static styles=Gt`
    :host {
      position: absolute;
      inset: 0;
      pointer-events: none;
    }
    div {
      position: absolute;
    }
    .step {
      top: 0;
      bottom: 0;
      width: 1px;
      background: #fff;
      box-shadow: 0 0 0 1px rgb(0 0 0 / 0.55);
    }
    /* Beside the plot: a line across it would hide the very row. */
    .unit {
      left: -9px;
      margin-top: -5px;
      border: 5px solid transparent;
      border-left: 8px solid var(--text);
      border-right: 0;
    }
  `;constructor(){super(),this.place=null}render(){let e=kc.value,t=Dt.value;if(!e||!t)return W;let n=et(e.step,t,100),r=e.unit===null||!this.place?null:this.place(e.unit);return U`<div class="step" style="left:${n}%"></div>
      ${r===null?W:U`<div class="unit" style="top:${r*100}%"></div>`}`}};customElements.define(`dr-crosshair`,jc);var Mc=class extends G{static properties={run:{},box:{state:!0}};static styles=[Wt(yr),Gt`
      :host {
        display: block;
        position: relative;
        min-height: 0;
      }
      .chart {
        position: absolute;
        inset: 0;
      }
      .over {
        position: absolute;
        inset: 0 ${14}px 0 ${52}px;
      }
      dr-crosshair {
        inset: 0;
      }
    `];#e=null;#t=new ResizeObserver(([e])=>{this.box={width:e.contentRect.width,height:e.contentRect.height}});constructor(){super(),this.box={width:0,height:0}}connectedCallback(){super.connectedCallback(),this.#t.observe(this)}disconnectedCallback(){super.disconnectedCallback(),this.#t.disconnect(),this.#e?.destroy(),this.#e=null}render(){for(let e of L.value)Ct(e)?.state.value;return Ue.value,Dt.value,kt.value,U`
      <div class="chart" role="img" aria-label=${this.#n()}></div>
      <div class="over" @pointermove=${this.#r} @pointerleave=${this.#i}>
        <dr-crosshair></dr-crosshair>
      </div>
    `}updated(){let{width:e,height:t}=this.box;this.#e?.destroy(),this.#e=null;let n=Dt.peek(),r=Ct(this.run)?.state.peek().value;if(!e||!t||!n||!r)return;let i=L.peek(),a=i.find(e=>e!==this.run);this.#e=Tc(this.renderRoot.querySelector(`.chart`),{own:r,ownColour:i.indexOf(this.run),other:a!==void 0&&Ct(a)?.state.peek().value||null,domain:n,mostDead:kt.peek(),theme:Ue.peek()?`dark`:`light`,width:e,height:t,gutters:[52,14]})}#n(){let e=Ct(this.run)?.state.peek().value,t=e?.states.dead.at(-1);if(!e||t===void 0)return`Dead units of ${this.run} over the steps`;let n=e.widths[e.widths.length-1];return`Dead units of ${this.run} over the steps: ${t} of ${ir(n,`unit`)} (${rr(t/n)}) at step ${e.steps.at(-1)}`}#r(e){let t=e.currentTarget.getBoundingClientRect(),n=Dt.peek();if(!n)return;let r=(e.clientX-t.left)/t.width;kc.value={step:n[0]+r*(n[1]-n[0]),unit:null}}#i(){kc.value=null}};customElements.define(`dr-dead-line`,Mc);var Nc=80,Pc=40,Fc=12;function Ic(e,t){return nt(e,Math.max(1,Math.floor(t/Nc))).map(n=>{let r=et(n,e,t);return kn`<g><line x1=${r} x2=${r} y1="0" y2="4" />
      <text x=${r} y="15" text-anchor=${r<14?`start`:r>t-20?`end`:`middle`}>${er(n)}</text></g>`})}function Lc(e,t){let n=e.length;if(t/n>=Fc)return Array.from(e,(e,r)=>kn`<text x="-5" y=${(r+.5)/n*t+4} text-anchor="end">${e}</text>`);let r=nt([0,n],Math.max(1,Math.floor(t/Pc)));return r.length&&n-r[r.length-1]>n/8&&r.push(n),r.map(e=>{let r=e/n*t;return kn`<g><line x1="-4" x2="0" y1=${r} y2=${r} />
      <text x="-7" y=${Math.min(Math.max(r+4,10),t)} text-anchor="end">${q(e)}</text></g>`})}function Rc(e,t,n){let r=new Int32Array(n).fill(-1),i=new Int32Array(n).fill(-1),a=new Uint8Array(n);for(let a=0;a<e.length;a++){let o=Math.min(Math.max(Math.round(e[a]),0),n-1),s=Math.min(Math.max(Math.round(t[a]),o+1),n);for(let e=o;e<s;e++)r[e]<0&&(r[e]=a),i[e]=a}for(let e=1;e<n;e++)r[e]<0&&r[e-1]>=0&&(r[e]=i[e]=i[e-1],a[e]=1);for(let e=n-1;e>=0&&a[e];e--)r[e]=i[e]=-1,a[e]=0;return{first:r,last:i,held:a}}function zc(e,t){let n=n=>n*t/e,r=Array.from({length:e},(e,t)=>t);return Rc(r.map(n),r.map(e=>n(e+1)),t)}function Bc(e,t,n){let r=Math.max(e.length-1,0),i=new Float64Array(r),a=new Float64Array(r);for(let o=0;o<r;o++)i[o]=n[e[o]],a[o]=t[e[o+1]-1];return{starts:i,ends:a}}function Vc(e,t,n){let r=e=>Array.from(e,t);return Rc(r(e.starts),r(e.ends),n)}function Hc(e,t,n,r,i,a,o,s,c){let l=new Uint16Array(t),u=new Int8Array(t);for(let d=0;d<n;d++)d>0&&i.first[d]===i.first[d-1]&&i.last[d]===i.last[d-1]||Uc(r,i.first[d],i.last[d],a,o,l,u),Wc(e.subarray(d*t,(d+1)*t),d,l,u,a.held,s,c)}function Uc({codes:e,states:t,columns:n},r,i,a,o,s,c){let l=o===`minimum`;for(let o=0;o<s.length;o++){let u=O,d=-1;if(a.first[o]>=0&&r>=0)for(let s=r;s<=i;s++)for(let r=s*n+a.first[o];r<=s*n+a.last[o];r++){let n=e[r];n!==65535&&(u===65535||(l?n<u:n>u))&&(u=n),t[r]>d&&(d=t[r])}s[o]=u,c[o]=d}}function Wc(e,t,n,r,i,a,o){for(let s=0;s<e.length;s++)r[s]===ue&&Gc(s,t,o)?e[s]=i[s]?a.heldHatch:a.hatch:r[s]===-1?e[s]=Kc(s,t,5*o,o/2)?a.absentDot:a.absent:r[s]===le||n[s]===65535?e[s]=Kc(s,t,2*o,o)?a.invalidDot:a.invalid:e[s]=(i[s]?a.held:a.colours)[n[s]]}function Gc(e,t,n){return(e+t)%(4*n)<2*n}function Kc(e,t,n,r){return e%n<r&&t%n<r}function qc(e,t,n,r,i){let{width:a,height:o}=e,s=e.getContext(`2d`);if(!s||!a||!o)return null;let c=s.createImageData(a,o),l=zc(t.rows,o),u=Vc(Bc(t.columnStarts,t.steps,t.windowStartSteps),e=>et(e,n,a),a),d={codes:t[i],states:t.states,columns:t.columns},f=Math.max(1,Math.round(2*devicePixelRatio));return Hc(new Uint32Array(c.data.buffer),a,o,d,l,u,i,r,f),s.putImageData(c,0,0),{width:a,height:o,rows:l,columns:u}}function Jc(e,t,n){let{width:r,height:i}=e,a=e.getContext(`2d`);if(!a||!r||!i||!t.columns)return;a.clearRect(0,0,r,i),a.fillStyle=n;let o=Math.round(3*devicePixelRatio);for(let[e,n]of Yc(t)){let s=Math.round(e*i/t.rows),c=Math.max(o,Math.round(n*i/t.rows)-s);a.fillRect(0,Math.min(s,i-c),r,c)}}function Yc(e){let t=[];for(let n=0;n<e.rows;n++){if(Zc(e,n)!==ue)continue;let r=t.at(-1);r?.[1]===n?r[1]=n+1:t.push([n,n+1])}return t}function Xc(e){return{dead:e.states.includes(ue),absent:e.states.includes(-1)}}function Zc(e,t){return e.states[(t+1)*e.columns-1]}var Qc=`00205100215300225500235600235800245900255a00255c00265d00275e00275f002860002961002962002a63002b64012b65022c65032d66042d67052e67052f6806306907306908316a09326a0b326a0c336b0d346b0e346b0f356c10366c12376c13376d14386d15396d17396d183a6d193b6d1a3b6d1c3c6e1d3d6e1e3e6e203e6e213f6e23406e24406e25416e27426e28436e29436e2b446e2c456e2e456e2f466e30476e32486e33486e34496e364a6e374a6e394b6e3a4c6e3b4d6e3d4d6e3e4e6e3f4f6e414f6e42506e43516d44526d46526d47536d48546d4a546d4b556d4c566d4d576d4e576e50586e51596e52596e535a6e545b6e565c6e575c6e585d6e595e6e5a5e6e5b5f6e5c606e5d616e5e616e60626e61636f62646f63646f64656f65666f66666f67676f6868706969706a69706b6a706c6b706d6c706d6c716e6d716f6e71706f71716f717270717371727471727572727673727674727774737875737976737a77737b77747b78747c79747d7a747e7a747f7b75807c75807d75817d75827e75837f768480768580768581768682768783768884778984778985778a86778b87778c87778d88778e89788e8a788f8a78908b78918c78928d78938e78938e78948f789590789691789792789892789993789a94789b95789b96789c96789d97789e98789f9978a09a78a19a78a29b78a39c78a49d78a59e77a69e77a79f77a8a077a9a177aaa276aba376aca376ada476aea575afa675b0a775b2a874b3a874b4a974b5aa73b6ab73b7ac72b8ad72baae72bbae71bcaf71bdb070beb170bfb26fc1b36fc2b46ec3b56dc4b56dc5b66cc7b76cc8b86bc9b96acaba6accbb69cdbc68cebc68cfbd67d1be66d2bf66d3c065d4c164d6c263d7c363d8c462d9c561dbc660dcc660ddc75fdec85ee0c95de1ca5ce2cb5ce3cc5be4cd5ae6ce59e7cf58e8d058e9d157ead256ebd355ecd454edd453eed553f0d652f1d751f1d850f2d950f3da4ff4db4ef5dc4df6dd4df7de4cf8df4bf8e04bf9e14afae249fae349fbe448fbe548fce647fce746fde846fde946fdea45`,$c=Uint8Array.from({length:768},(e,t)=>Number.parseInt(Qc.slice(2*t,2*t+2),16)),el=$c.length/3-1,tl=e=>e;function nl(e,t){let n=Math.log10(t)-Math.log10(e);return t=>t>0?(Math.log10(t)-Math.log10(e))/(n||1):0}function rl(e,t,n){let r=xc[n],i=ce(e),a=new Uint32Array(D),o=new Uint32Array(D);for(let n=0;n<D;n++){let s=e===`log16`&&n===0?r.zero:il(t(i[n]));a[n]=cl(s),o[n]=cl(sl(s,r.surface))}return{colours:a,held:o,hatch:cl(r.dead),heldHatch:cl(sl(r.dead,r.surface)),absent:cl(r.absent),absentDot:cl(r.absentDot),invalid:cl(r.invalid),invalidDot:cl(r.invalidDot)}}function il(e){let t=3*Math.round(Math.min(Math.max(e||0,0),1)*el);return[$c[t],$c[t+1],$c[t+2]]}function al([e,t,n]){return`rgb(${e} ${t} ${n})`}var ol=.7;function sl(e,t){let n=n=>Math.round(ol*e[n]+.30000000000000004*t[n]);return[n(0),n(1),n(2)]}function cl([e,t,n]){return(255<<24|n<<16|t<<8|e)>>>0}var ll=Gt`
      :host {
        display: grid;
        grid-template: minmax(0, 1fr) 20px / ${52}px minmax(0, 1fr) ${14}px;
        min-height: 0;
        position: relative;
      }
      .plot {
        grid-area: 1 / 2;
        position: relative;
        min-height: 0;
        cursor: crosshair;
        outline-offset: 2px;
      }
      canvas {
        position: absolute;
        inset: 0;
        width: 100%;
        height: 100%;
      }
      .marks {
        grid-area: 1 / 3;
        position: relative;
        margin-left: 3px;
        width: 6px;
      }
      svg {
        position: absolute;
        overflow: visible;
        left: 0;
        top: 0;
        width: 1px;
        height: 1px;
        pointer-events: none;
      }
      svg.steps {
        top: 100%;
      }
      line {
        stroke: var(--axis);
      }
      text {
        fill: var(--muted);
        font-size: 11px;
      }
      .stale canvas {
        opacity: 0.5;
      }
      .title {
        grid-area: 1 / 1;
        writing-mode: vertical-rl;
        transform: rotate(180deg);
        align-self: center;
        justify-self: start;
        font-size: 11px;
        color: var(--muted);
        margin-left: -2px;
      }
    `,ul=10;function dl(e,t,n,r){let i={ArrowLeft:[-1,0],ArrowRight:[1,0],ArrowUp:[0,-1],ArrowDown:[0,1],PageUp:[0,-10],PageDown:[0,ul],Home:[-n.columns,0],End:[n.columns,0]}[e];if(!i||!n.rows||!n.columns)return null;let a=t?fl(t.columns,i[0],n.columns):n.columns-1,o=t?fl(t.rows,i[1],n.rows):0;return[pl(r.columns,a),pl(r.rows,o)]}function fl(e,t,n){return Math.min(Math.max((t<0?e[0]:e[1])+t,0),n-1)}function pl(e,t){let n=e.last.findIndex(e=>e>=t),r=n;for(;r+1<e.first.length&&e.first[r+1]===e.first[n]&&!e.held[r+1];)r++;return(n+r+1)/2}var ml=class extends qn{static properties={delay:{attribute:!1},due:{state:!0}};#e;static styles=Gt`
    :host {
      position: absolute;
      inset: 0;
      display: grid;
      place-items: center;
      color: var(--muted);
      pointer-events: none;
    }
    ::slotted(*) {
      pointer-events: auto;
    }
  `;constructor(){super(),this.delay=0,this.due=!1}connectedCallback(){super.connectedCallback(),this.#e=setTimeout(()=>{this.due=!0},this.delay)}disconnectedCallback(){super.disconnectedCallback(),clearTimeout(this.#e),this.due=!1}render(){return U`<div role="status">${this.due?U`<slot></slot>`:``}</div>`}};customElements.define(`dr-late`,ml);var hl=class extends G{static properties={run:{},panel:{attribute:`data-panel`,reflect:!0},label:{},box:{state:!0}};static styles=[K,ll];#e=null;#t=null;#n=null;#r=/* @__PURE__ */ new Map;#i=new ResizeObserver(()=>this.#o());constructor(){super(),this.box={width:0,height:0}}connectedCallback(){super.connectedCallback(),this.updateComplete.then(()=>this.#i.observe(this.#a))}disconnectedCallback(){super.disconnectedCallback(),this.#i.disconnect()}render(){let e=Et(this.run,this.panel)?.state.value,t=e?.value??null,n=this.#e?.layer===z.value&&this.#e.run===this.run?this.#e:null,r=t??n;r!==this.#e&&r&&(this.#r=_e(r)),this.#e=r,Ue.value,At.value;let{width:i,height:a}=this.box,o=Dt.value;return U`
      <div class="title" aria-hidden="true">${_l(r)}</div>
      <div class="plot ${r&&!t?`stale`:``}" tabindex="0" role="group"
        aria-label=${this.#c(r)} aria-roledescription="heatmap"
        data-order=${r?.order??W} data-records=${r?.records??W}
        @pointermove=${this.#l} @pointerleave=${this.#d} @keydown=${this.#f} @blur=${this.#d}>
        <canvas class="cells" role="img" aria-label=${this.#c(r)}></canvas>
        <dr-crosshair .place=${this.#s}></dr-crosshair>
        ${r&&a?U`<svg aria-hidden="true">${Lc(r.unitOrder,a)}</svg>`:W}
        ${o&&i?U`<svg class="steps" aria-hidden="true">${kn`${Ic(o,i)}`}</svg>`:W}
        ${e?.error?U`<dr-late><div class="error">
                This heatmap couldn't be fetched: ${e.error} <button @click=${Ee}>Try again</button>
              </div></dr-late>`:r?W:U`<dr-late .delay=${300}>Loading…</dr-late>`}
      </div>
      <div class="marks" title="Dead at the newest record"><canvas aria-hidden="true"></canvas></div>
    `}updated(){let{width:e,height:t}=this.box;if(!e||!t)return;let[n,r]=this.renderRoot.querySelectorAll(`canvas`);vl(n),vl(r);let i=Dt.peek();if(this.#t=null,this.#a.dataset.drawn=`false`,!this.#e||!i)return;let a=Ue.peek()?`dark`:`light`,o=At.peek(),s=this.panel===`fraction`||!o?tl:nl(o.low,o.high),c=this.panel===`fraction`?`maximum`:`minimum`;this.#a.dataset.drawn=`true`,this.#t=qc(n,this.#e,i,rl(this.#e.code,s,a),c),Jc(r,this.#e,al(xc[a].dead));let l=Ac.peek();this.#n&&l?.matrix!==this.#e&&this.#u(...this.#n)}get#a(){return this.renderRoot.querySelector(`.plot`)}#o(){let{clientWidth:e,clientHeight:t}=this.#a;e&&t&&St(e*devicePixelRatio,t*devicePixelRatio),this.box={width:e,height:t}}#s=e=>{let t=this.#r.get(e);return t===void 0||!this.#e?null:(t+.5)/this.#e.units};#c(e){if(!e)return`${this.label} of ${this.run}`;let t=0;for(let n=0;n<e.rows;n++)e.states[(n+1)*e.columns-1]===ue&&t++;let n=e.rows===e.units?`units`:`rows`;return`${this.label} of ${e.layer} in ${this.run}: ${ir(e.units,`unit`)} by ${ir(e.records,`record`)}; ${q(t)} ${n} dead at the newest. Arrow keys, Home, End and Page keys move through the cells.`}#l(e){this.#u(e.clientX,e.clientY)}#u(e,t){let n=this.#a.getBoundingClientRect(),r=(e-n.left)/n.width,i=(t-n.top)/n.height,a=this.#t,o=this.#e,s=Dt.peek();if(!a||!o||!s||r<0||r>=1||i<0||i>=1){this.#d();return}this.#n=[e,t];let c=Math.floor(r*a.width),l=Math.floor(i*a.height),u=[a.rows.first[l],a.rows.last[l]],d=[a.columns.first[c],a.columns.last[c]],f=a.columns.held[c]===1,p=o.unitOrder[o.rowStarts[u[0]]]??null;kc.value={step:f?tt(r,s,1):gl(d,o,tt(r,s,1)),unit:p},Ac.value=d[0]<0?null:{matrix:o,rows:u,columns:d,held:f,x:e,y:t}}#d(){this.#n=null,kc.value=null,Ac.value=null}#f(e){let t=this.#t;if(!t||!this.#e)return;e.key===`Escape`&&this.#d();let n=Ac.peek()?.matrix===this.#e?Ac.peek():null,r=dl(e.key,n,this.#e,t);if(!r)return;e.preventDefault();let i=this.#a.getBoundingClientRect(),[a,o]=[r[0]/t.width,r[1]/t.height];this.#u(i.left+a*i.width,i.top+o*i.height)}};function gl(e,t,n){if(e[0]<0)return n;let r=t.windowStartSteps[t.columnStarts[e[0]]],i=t.steps[t.columnStarts[e[1]+1]-1];return Math.min(Math.max(n,r+(i-r)*1e-6),i)}function _l(e){return!e||e.order===`index`?`unit`:`units by ${_r(e.order)}`}function vl(e){let t=Math.round(e.clientWidth*devicePixelRatio),n=Math.round(e.clientHeight*devicePixelRatio);e.width!==t&&(e.width=t),e.height!==n&&(e.height=n)}customElements.define(`dr-heatmap`,hl);var yl=16,bl=Array.from({length:17},(e,t)=>al(il(t/yl))).join(`,`),xl=class extends G{static properties={panel:{}};static styles=Gt`
    :host {
      display: flex;
      flex-wrap: wrap;
      gap: 2px 14px;
      align-items: center;
      font-size: 11px;
      line-height: 16px;
      color: var(--muted);
    }
    span {
      display: inline-flex;
      align-items: center;
      gap: 5px;
      white-space: nowrap;
    }
    .ramp {
      width: 120px;
      height: 10px;
      background: linear-gradient(to right, ${Wt(bl)});
    }
    .ticks {
      gap: 0;
      flex-direction: column;
      align-items: stretch;
    }
    .key {
      width: 18px;
      height: 10px;
      flex: none;
    }
    canvas,
    .key,
    .ramp {
      border-radius: 1px;
    }
    sup {
      font-size: 8px;
      line-height: 0;
    }
  `;render(){let e=xc[Ue.value?`dark`:`light`],t=al(e.dead),n=this.panel===`fraction`?al(il(1)):al(e.zero),r=this.#n();return U`
      ${this.panel===`fraction`?this.#e():this.#t(At.value,al(e.zero))}
      <span><i class="key" style="background:repeating-linear-gradient(135deg,${t} 0 3px,${n} 3px 6px)"></i>dead</span>
      ${r.nonFinite?U`<span><i class="key" style=${Sl(al(e.invalidDot),al(e.invalid),3)}></i>not finite (NaN, Inf) or not recorded</span>`:W}
      ${r.absent?U`<span><i class="key" style=${Sl(al(e.absentDot),al(e.absent),5)}></i>no such unit, or no record</span>`:W}
      ${r.shrunk?U`<span>${r.shrunk}</span>`:W}
      ${r.dropped?U`<span>faded: no record kept here, the one before is shown</span>`:W}
    `}#e(){return U`<span>0<i class="ramp"></i>1</span>`}#t(e,t){if(!e)return W;let n=Qe(e,2),r=e=>U`<b style="font-weight:inherit">10<sup>${String(e).replace(`-`,`−`)}</sup></b>`;return U`<span><i class="key" style="background:${t};width:10px"></i>0</span>
      <span>${e.clipped?`≤ `:``}${r(n[0])}<i class="ramp"></i>${r(n[n.length-1])}
      <i style="font-style:normal">log scale</i></span>`}#n(){let e={nonFinite:!1,absent:!1,dropped:!1,shrunk:``},t=0,n=0;for(let r of L.value){let i=Et(r,this.panel)?.state.value.value,a=Ct(r)?.state.value.value;i?.states.includes(le)&&(e.nonFinite=!0),i&&Xc(i).absent&&(e.absent=!0),i&&(t=Math.max(t,Math.ceil(i.units/i.rows)),n=Math.max(n,Math.ceil(i.records/i.columns)));let[o,s]=[a?.window_start_steps[0],a?.steps.at(-1)],c=Dt.value;c&&((o??0)>c[0]||(s??c[1])<c[1])&&(e.absent=!0),a?.window_start_steps.some((e,t)=>t>0&&e>a.steps[t-1])&&(e.dropped=!0)}return(t>1||n>1)&&(e.shrunk=`each cell: ${this.panel===`fraction`?`largest`:`smallest`} of up to ${[t>1?`${t} units`:``,n>1?`${n} records`:``].filter(Boolean).join(` × `)}`),e}};function Sl(e,t,n){return`background:radial-gradient(circle at 1px 1px,${e} 1px,transparent 1.5px) 0 0/${n}px ${n}px ${t}`}customElements.define(`dr-legend`,xl);var Cl=class extends G{static properties={run:{}};static styles=[K,Gt`
      :host {
        display: block;
        min-width: 0;
      }
      h2 {
        display: flex;
        align-items: center;
        gap: 7px;
        font-weight: 500;
      }
      .name {
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      .swatch {
        flex: none;
        width: 10px;
        height: 10px;
        border-radius: 50%;
      }
      .base {
        font-size: 11px;
        color: var(--muted);
        font-weight: 400;
        white-space: nowrap;
      }
      .verdict {
        font-size: 18px;
        line-height: 24px;
      }
      .some {
        color: var(--dead);
      }
      .chip {
        margin-left: 6px;
        padding: 1px 8px;
        border-radius: 9px;
        border: 1px solid currentcolor;
        font-size: 11px;
        line-height: 16px;
        vertical-align: 3px;
      }
      .records {
        margin-left: auto;
        color: var(--muted);
        font-weight: 400;
        white-space: nowrap;
      }
      /* One line whatever it says: the plots below must not jump as the pointer moves. */
      .facts {
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
        color: var(--muted);
        min-height: 18px;
      }
      .facts b {
        font-weight: 500;
        color: var(--text);
      }
      .note {
        margin-top: 4px;
      }
      .error {
        margin-top: 4px;
      }
    `];render(){let e=L.value.indexOf(this.run),t=Ct(this.run)?.state.value.value;return U`
      <h2>
        <span class="swatch" style="background:var(--run${e})"></span>
        <span class="name" title=${this.run}>${this.run}</span>
        ${Tt.value?.run===this.run&&L.value.length>1?U`<span class="base">gives the order of units</span>`:W}
        ${t?.steps.length?U`<span class="records">${hr(t)}</span>`:W}
      </h2>
      ${this.#e()}
    `}#e(){let e=z.value;if(e===null)return W;let t=dt(this.run,e);if(!t)return U`<p class="note">This run has no layer '${e}'.</p>`;if(t.problem!==null)return U`<p class="error" role="alert">${t.problem}</p>`;let n=Ct(this.run)?.state.value,r=n?.error?U`<p class="error" role="alert">The records couldn't be fetched: ${n.error}
          <button @click=${Ee}>Try again</button></p>`:W,i=n?.value;if(!i)return U`${r}`;if(!i.steps.length)return U`${r}<p class="note">No readable record yet.</p>${this.#r(i)}`;let a=i.steps.length-1,o=i.states.dead[a],s=lr(o/i.widths[a]);return U`${r}
      <p class="verdict ${o>0?`some`:``}">
        ${ur(i,a)}${s===`ok`?W:U`<span class="chip" title=${dr[s]}>${s}</span>`}
      </p>
      <p class="facts" title=${this.#t(i,t)}>${this.#i(i)??this.#t(i,t)}</p>
      ${this.#r(i)}`}#t(e,t){return[t.fraction===`negative_fraction`?`${t.activation||`this activation`} has no zero region: its units are never dead`:fr(e),this.#n(),mr(e)].filter(Boolean).join(` · `)}#n(){let e=Et(this.run,`fraction`)?.state.value.value,t=e?ge(e):null;return t?.length?`${t.length===1?`unit`:`units`} ${ar(t,8)}`:``}#r(e){return gr(e).map(e=>U`<p class="note">${e}</p>`)}#i(e){let t=kc.value;if(!t)return null;let n=rt(t.step,e.steps);if(t.step>e.steps[e.steps.length-1])return U`no record at this step`;let r=e.states.dead[n],i=e.widths[n];return U`at step <b>${q(e.steps[n])}</b>:
      <b>${q(r)}</b> of ${q(i)} dead (${rr(r/i)})`}};customElements.define(`dr-run-head`,Cl);var wl=class extends G{static styles=[K,Gt`
      :host {
        display: flex;
        flex-direction: column;
        min-width: 0;
        min-height: 0;
        overflow: auto;
        padding: 10px 16px 8px;
      }
      h1 {
        font-size: 20px;
        line-height: 26px;
        font-weight: 400;
      }
      .about {
        display: flex;
        flex-wrap: wrap;
        align-items: baseline;
        gap: 0 12px;
        margin-bottom: 6px;
      }
      .grid {
        flex: 1;
        min-height: 480px;
        display: grid;
        grid-template-rows: auto auto 84px auto minmax(130px, 1fr) auto minmax(130px, 1fr);
        column-gap: 12px;
      }
      .section {
        grid-column: 1 / -1;
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        justify-content: space-between;
        gap: 0 16px;
        margin-top: 6px;
        padding-top: 4px;
        border-top: 1px solid var(--line);
        min-height: 26px;
      }
      .section h3 {
        font-weight: 500;
      }
      .section .muted {
        font-weight: 400;
      }
      .missing {
        display: grid;
        place-items: center;
        margin: 2px ${14}px 20px ${52}px;
        padding: 0 20px;
        border: 1px dashed var(--line);
        border-radius: 2px;
        color: var(--muted);
        text-align: center;
      }
      dr-run-head {
        padding: 0 ${14}px 2px 0;
      }
      .panel {
        display: flex;
        flex-direction: column;
        min-width: 0;
        min-height: 0;
      }
      .panel dr-heatmap,
      .panel .missing {
        flex: 1;
      }
      .caption {
        font-size: 11px;
        line-height: 15px;
        color: var(--muted);
        padding-left: ${52}px;
      }
    `];render(){let e=z.value;if(e===null)return W;let t=L.value,n=ft.value,r=n===null?null:dt(n,e),i=`grid-template-columns: repeat(${t.length}, minmax(0, 1fr))`;return U`
      <div class="about">
        <h1>${e}</h1>
        <span class="muted">${r&&n!==null?Dl(r,n):W}</span>
      </div>
      <div class="grid" style=${i}>
        ${t.map(e=>U`<dr-run-head .run=${e}></dr-run-head>`)}
        ${n===null?W:U`<div class="section">
                <h3>Dead units <span class="muted">count, and share of the layer</span></h3>
                ${t.length>1?U`<span class="muted">thin grey line: the other run</span>`:W}
              </div>
              ${t.map(e=>Ct(e)?U`<dr-dead-line .run=${e}></dr-dead-line>`:U`<div></div>`)}
              ${this.#e(`fraction`,e,t,n)} ${this.#e(`gradient`,e,t,n)}`}
      </div>
    `}#e(e,t,n,r){let i=El(e,dt(n.find(t=>wt(t,e)!==null)??r,t)),a=n.some(n=>{let r=El(e,dt(n,t));return wt(n,e)!==null&&(r.name!==i.name||r.detail!==i.detail)});return U`<div class="section">
        <h3>${i.name} <span class="muted">${i.detail}</span></h3>
        <dr-legend .panel=${e}></dr-legend>
      </div>
      ${n.map(n=>this.#t(e,t,n,a))}`}#t(e,t,n,r){let i=dt(n,t);if(!i)return U`<div class="missing">no layer '${t}' in ${n}</div>`;if(i.problem!==null)return U`<div class="missing">can't be read</div>`;let a=Ct(n)?.state.value.value,o=El(e,i);return a&&!a.steps.length?U`<div class="missing">no readable record</div>`:a&&wt(n,e)===null?U`<div class="missing">${o.name} was not recorded in ${n}</div>`:U`<div class="panel">
      ${r?U`<div class="caption">${o.name}: ${o.detail}</div>`:W}
      <dr-heatmap .run=${n} .panel=${e} .label=${o.name}></dr-heatmap>
    </div>`}},Tl={pre_activation:`of the loss at the pre-activation`,gated_activation:`of the loss at the activation, where it is active (gated activation)`,as_given:`as given by the training script`};function El(e,t){return e===`gradient`?{name:`Gradient norm`,detail:Tl[t?.gradient_at??``]??``}:t?.fraction===`negative_fraction`?{name:`Negative fraction`,detail:`share of samples with pre-activation ≤ 0`}:{name:`Zero fraction`,detail:`share of samples with ${t?.threshold?`|activation| ≤ ${t.threshold}`:`activation 0`}`}}function Dl(e,t){let n=Ct(t)?.state.value.value?.units,r=[e.kernel_parameters?`kernel ${q(e.kernel_parameters)}`:``,e.bias_parameters?`bias ${q(e.bias_parameters)}`:``].filter(Boolean);return[n===void 0?``:`${q(n)} units`,e.layer_type??``,e.activation?_r(e.activation):``,r.join(` + `),e.description??``].filter(Boolean).join(` · `)}customElements.define(`dr-detail`,wl);var Ol=Gt`
  :host {
    display: flex;
    flex-direction: column;
    gap: 14px;
    padding: 12px 0;
    background: var(--sidebar);
    border-right: 1px solid var(--line);
    min-height: 0;
    overflow-y: auto;
  }
  fieldset {
    border: 0;
    margin: 0;
    padding: 0;
    min-width: 0;
  }
  .layers {
    flex: 1 0 auto;
  }
  legend,
  .heading {
    display: flex;
    width: 100%;
    gap: 6px;
    justify-content: space-between;
    padding: 0 12px 4px;
    font-weight: 500;
  }
  legend .muted {
    font-weight: 400;
    font-size: 11px;
  }
  .runs .list {
    max-height: 240px;
    overflow-y: auto;
  }
  .list label {
    display: flex;
    align-items: center;
    gap: 6px;
    padding: 2px 12px;
    min-height: 24px;
    cursor: pointer;
  }
  .list label:hover {
    background: var(--hover);
  }
  .layers label.on {
    background: var(--hover);
    box-shadow: inset 3px 0 var(--accent);
    font-weight: 500;
  }
  .layers label:has(:focus-visible),
  .runs label:has(:focus-visible) {
    outline: 2px solid var(--focus);
    outline-offset: -2px;
  }
  input[type="checkbox"] {
    margin: 0;
    accent-color: var(--focus);
  }
  /* The row shows the choice and the focus; the radio button itself is for the keyboard and screen readers. */
  input[type="radio"] {
    position: absolute;
    opacity: 0;
    pointer-events: none;
  }
  .name {
    flex: 1;
    min-width: 0;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .swatch {
    flex: none;
    width: 10px;
    height: 10px;
    border-radius: 50%;
    border: 1px solid var(--line);
  }
  .badge {
    min-width: 30px;
    text-align: right;
    font-size: 12px;
    font-weight: 400;
    border-right: 3px solid transparent;
    padding-right: 4px;
    line-height: 14px;
  }
  .some {
    color: var(--dead);
    font-weight: 500;
  }
  .small {
    font-size: 11px;
  }
  button.small {
    margin: 4px 12px 0;
    padding: 1px 8px;
  }
  .order {
    display: block;
  }
  select,
  input[type="search"] {
    font: inherit;
    color: inherit;
    background: var(--raised);
    border: 1px solid var(--line);
    border-radius: 4px;
    margin: 0 12px 4px;
    padding: 3px 6px;
    width: calc(100% - 24px);
  }
`,kl=8,Al={death:`death, earliest first`,fraction:`fraction, highest first`,gradient_norm:`gradient norm, lowest first`,index:`index`},jl=class extends G{static properties={runFilter:{state:!0},layerFilter:{state:!0}};static styles=[K,Ol];constructor(){super(),this.runFilter=``,this.layerFilter=``}render(){return U`${this.#e()} ${this.#t()} ${this.#n()}`}#e(){let e=L.value,t=Nl(lt.value,this.runFilter,e);return U`<fieldset class="runs">
      <legend>Runs <span class="muted">up to ${2} side by side</span></legend>
      ${this.#r(lt.value.length,`Filter runs`,this.runFilter,e=>{this.runFilter=e})}
      <div class="list">
        ${t.map(t=>{let n=e.indexOf(t);return U`<label class=${n>=0?`on`:``}>
            <input type="checkbox" .checked=${n>=0}
              @change=${e=>{pt(t),e.target.checked=L.peek().includes(t)}} />
            <i class="swatch" style=${n>=0?`background:var(--run${n})`:``}></i>
            <span class="name" title=${t}>${t}</span>
            ${n===0&&e.length>1?U`<span class="muted small">base</span>`:W}
          </label>`})}
      </div>
      ${e.length>1?U`<button class="small" @click=${mt}>Swap sides</button>`:W}
    </fieldset>`}#t(){return U`<label class="order">
      <span class="heading">Order of units</span>
      <select @change=${e=>gt(e.target.value)}>
        ${[...Ie].sort((e,t)=>Object.keys(Al).indexOf(e)-Object.keys(Al).indexOf(t)).map(e=>U`<option value=${e} ?selected=${e===ut.value}>${Al[e]}</option>`)}
      </select>
    </label>`}#n(){let e=z.value,t=Nl(R.value,this.layerFilter,e===null?[]:[e]),n=L.value;return U`<fieldset class="layers">
      <legend>Layers <span class="muted right">dead units</span></legend>
      ${this.#r(R.value.length,`Filter layers`,this.layerFilter,e=>{this.layerFilter=e})}
      <div class="list">
        ${t.map(t=>U`<label class=${t===e?`on`:``}>
            <input type="radio" name="layer" .checked=${t===e} @change=${()=>ht(t)} />
            <span class="name" title=${t}>${t}</span>
            ${n.map((e,n)=>Ml(e,t,n))}
          </label>`)}
      </div>
    </fieldset>`}#r(e,t,n,r){return e<kl?W:U`<input type="search" placeholder=${t} aria-label=${t} .value=${n}
      @input=${e=>r(e.target.value)} />`}};function Ml(e,t,n){let r=dt(e,t);if(!r)return U`<span class="badge muted" title="${e} has no such layer">–</span>`;if(r.problem!==null)return U`<span class="badge some" title=${r.problem}>!</span>`;let i=Rt(e,t);return U`<span class="badge ${i?`some`:`muted`}" style="border-color:var(--run${n})"
    title="dead units in ${e}">${i===null?`…`:q(i)}</span>`}function Nl(e,t,n){let r=t.trim().toLowerCase();return e.filter(e=>n.includes(e)||e.toLowerCase().includes(r))}customElements.define(`dr-sidebar`,jl);function Pl(e){return e>0?`0 active of ${q(e)}; 3/N bound: fires in < ${Fl(3/e)} of samples (95 % confidence)`:`no samples observed`}function Fl(e){return e>=1?`100 %`:`${Number((e*100).toPrecision(2))} %`}function Il({matrix:e,rows:t}){return Array.from(e.unitOrder.subarray(e.rowStarts[t[0]],e.rowStarts[t[1]+1]))}function Ll(e){let{matrix:t,rows:n,columns:r}=e,i=t.statistic===`gradient_norm`,a=i?t.minimum:t.maximum,o=ce(t.code),s=-1,c=-1;for(let e=n[0];e<=n[1];e++)for(let n=r[0];n<=r[1];n++){let r=e*t.columns+n;c=Math.max(c,t.states[r]);let l=o[a[r]];Number.isNaN(l)||(s<0||(i?l<o[s]:l>o[s]))&&(s=a[r])}return{units:Il(e),records:[t.columnStarts[r[0]],t.columnStarts[r[1]+1]],state:P[c]??null,value:s<0?NaN:o[s],exact:s<0||N(t.code,s)}}function Rl(e,t){let{matrix:n}=e,[r,i]=Ll(e).records,a=null,o=[-2,0];for(let e of t)for(let t=r;t<i;t++){let r=rt(n.steps[t],e.steps);if(e.steps[r]!==n.steps[t])continue;let i=Bl(e,r,n);(i[0]>o[0]||i[0]===o[0]&&i[1]>o[1])&&(a={history:e,record:r},o=i)}return a}function zl(e,t){return(e.zero_fraction??e.negative_fraction)?.[t]??null}function Bl(e,t,n){let r=e.states[t],i=r===`absent`?-1:P.indexOf(r);return n.statistic===`gradient_norm`?[i,-(e.gradient_norm?.[t]??1/0)]:[i,zl(e,t)??-1/0]}var Vl=120,Hl=300,Ul=14,Wl=class extends G{static properties={rested:{state:!0}};#e;#t=null;static styles=Gt`
    :host {
      position: fixed;
      z-index: 10;
      left: 0;
      top: 0;
      max-width: 340px;
      padding: 8px 11px;
      background: var(--raised);
      color: var(--text);
      border-radius: 4px;
      box-shadow: var(--shadow);
      pointer-events: none;
      font-size: 12px;
      line-height: 17px;
      visibility: hidden;
    }
    :host([shown]) {
      visibility: visible;
    }
    header {
      display: flex;
      justify-content: space-between;
      gap: 16px;
      font-weight: 500;
    }
    .state {
      border-radius: 8px;
      padding: 0 7px;
      background: var(--hover);
      white-space: nowrap;
    }
    .dead {
      background: #d0003c;
      color: #fff;
    }
    dl {
      display: grid;
      grid-template-columns: auto 1fr;
      gap: 0 14px;
      margin: 4px 0 0;
    }
    dt,
    .muted {
      color: var(--muted);
    }
    dd {
      margin: 0;
      text-align: right;
    }
    p {
      margin: 4px 0 0;
    }
  `;constructor(){super(),this.rested=null}render(){let e=Ac.value;if(e!==this.#t&&(this.#t=e,clearTimeout(this.#e),e&&!Gl(e,this.rested))){let t=Ll(e).units.length>1?Hl:Vl;this.#e=setTimeout(()=>{this.rested=e},t)}if(this.toggleAttribute(`shown`,e!==null),!e)return U`<div aria-live="polite"></div>`;let t=Ll(e),n=Gl(e,this.rested)?Kl(e,t):null,r=n&&Rl(e,n);return U`<div aria-live="polite">${r?Yl(e,t,r):Jl(e,t)}</div>`}updated(){let e=Ac.peek();if(!e)return;let{offsetWidth:t,offsetHeight:n}=this,r=e.x+Ul+t>innerWidth?e.x-Ul-t:e.x+Ul,i=Math.min(e.y+Ul,innerHeight-n-4);this.style.transform=`translate(${Math.max(4,r)}px, ${Math.max(4,i)}px)`}};function Gl(e,t){return t!==null&&e.matrix===t.matrix&&e.rows[0]===t.rows[0]&&e.rows[1]===t.rows[1]}function Kl({matrix:e},{units:t}){if(t.length>16)return null;let n=t.map(t=>Ae(e.run,e.layer,t).state.value.value);return n.every(e=>e!==null)?n:null}function ql(e,t){return U`<header>
    <span>${e}</span>
    <span class="state ${t===`dead`?`dead`:``}">${t===null?`no record`:_r(t)}</span>
  </header>`}function Jl(e,{units:t,records:n,state:r,value:i,exact:a}){let{matrix:o}=e,s=t.length===1?`Unit ${t[0]}`:`${ir(t.length,`unit`)}: ${ar(t,4)}`,[c,l]=[o.steps[n[0]],o.steps[n[1]-1]],u=n[1]-n[0],d=o.statistic===`gradient_norm`?`smallest`:`largest`,f=`${t.length>1||u>1?`${d} `:``}${_r(o.statistic)}`,p=Number.isNaN(i)?`none`:a?tr(i):`≈ ${nr(i)}`;return U`${ql(s,r)}
    <dl>
      <dt>${u>1?`steps`:`step`}</dt>
      <dd>${u>1?`${q(c)} to ${q(l)}, ${ir(u,`record`)}`:q(l)}</dd>
      <dt>${f}</dt>
      <dd>${p}</dd>
    </dl>
    ${Ql(e)}`}function Yl(e,{units:t,records:n},{history:r,record:i}){let a=r.states[i],o=r.samples[i],s=zl(r,i),c=r.active?.[i],l=r.samples_since_active?.[i]??0,u=n[1]-n[0],d=[t.length>1?ir(t.length,`unit`):``,u>1?ir(u,`record`):``].filter(Boolean).join(` and `);return U`${ql(`Unit ${r.unit}`,a)}
    ${d?U`<div class="muted">the worst of ${d} here</div>`:W}
    <dl>
      <dt>step</dt>
      <dd>${q(r.steps[i])}</dd>
      ${Xl(_r(r.zero_fraction?`zero_fraction`:`negative_fraction`),s)}
      ${r.gradient_norm?Xl(`gradient norm`,r.gradient_norm[i]):W}
      ${r.mean_activation?Xl(`mean activation`,r.mean_activation[i]):W}
      ${r.bias?Xl(`bias`,r.bias[i]):W}
      <dt>samples</dt>
      <dd>${c==null?q(o):`${q(c)} active of ${q(o)}`}</dd>
    </dl>
    ${a===`dead`||a===`silent`?U`<p>${Pl(l)}</p>`:W}
    ${Zl(r)} ${Ql(e)}
`}function Xl(e,t){return U`<dt>${e}</dt>
    <dd>${t==null?`NaN or not recorded`:tr(t)}</dd>`}function Zl({history:e}){if(!e)return W;let t=[e.born_dead?`never active`:``,e.died_at.length?`died at step ${ar(e.died_at,3)}`:``,e.revived_at.length?`revived at step ${ar(e.revived_at,3)}`:``].filter(Boolean);return t.length?U`<p class="muted">${t.join(`; `)}</p>`:W}function Ql(e){return e.held?U`<p class="muted">between records: this is the one before</p>`:W}customElements.define(`dr-tooltip`,Wl);var $l=class extends G{static styles=[Qn,K,Gt`
      :host {
        position: fixed;
        inset: 0;
        display: grid;
        grid-template: auto minmax(0, 1fr) / clamp(180px, 17vw, 240px) minmax(0, 1fr);
      }
      .banner {
        grid-column: 1 / -1;
        margin: 6px 12px;
        display: flex;
        gap: 12px;
        align-items: center;
        justify-content: space-between;
      }
      dr-sidebar,
      dr-detail,
      .wait {
        grid-row: 2;
      }
      .wait {
        position: relative;
      }
      .empty {
        grid-column: 1 / -1;
        grid-row: 2;
        justify-self: center;
        padding: 48px 24px;
        max-width: 640px;
        display: flex;
        flex-direction: column;
        gap: 12px;
      }
      .empty h1 {
        font-size: 20px;
        line-height: 28px;
      }
      .all {
        grid-column: 1 / -1;
      }
      pre {
        margin: 0;
        padding: 12px 14px;
        background: var(--sidebar);
        border: 1px solid var(--line);
        border-radius: 4px;
        overflow-x: auto;
      }
    `];render(){let{value:e,error:t,loading:n}=De().state.value;return e?lt.value.length?U`
      ${t?U`<div class="banner error" role="alert">
              <span>Reloading failed: ${t} What is shown is as of before.</span>
              <button @click=${Ee}>Try again</button>
            </div>`:W}
      <dr-sidebar role="region" aria-label="What to show"></dr-sidebar>
      ${z.value===null?U`<div class="wait"><dr-late .delay=${300}>Looking for dead units…</dr-late></div>`:U`<dr-detail role="main"></dr-detail>`}
      <dr-tooltip></dr-tooltip>
    `:Xn():t&&!n?Zn(t,Ee):U`<div class="wait all"><dr-late .delay=${300}>Loading…</dr-late></div>`}updated(e){super.updated(e),this.setAttribute(`theme`,Ue.value?`dark`:`light`)}};customElements.define(`dr-app`,$l);function eu(){try{window.addEventListener(`unhandledrejection`,({reason:e})=>tu(`had an error`,e),{once:!0}),We(),_t(),Pt(),document.documentElement.lang=`en`,document.title=`Dead ReLU`,document.body.append(document.createElement(`dr-app`)),Ye(Ee)}catch(e){tu(`couldn't start`,e)}}function tu(e,t){let n=document.createElement(`pre`);n.setAttribute(`role`,`alert`),n.style.cssText=`position:fixed;inset:auto 0 0 0;z-index:20;margin:0;padding:12px 16px;max-height:50%;overflow:auto;white-space:pre-wrap;font:12px monospace;background:#fce8e6;color:#202124`,n.textContent=`The Dead ReLU tab ${e}. Please report this:\n\n${t instanceof Error?t.stack??t.message:String(t)}`,document.body.append(n)}export{eu as render};