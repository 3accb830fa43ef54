<?php
/**
 * Plugin Name:       Placet
 * Description:       Puts the consent banner's tag first into every page, out of the way of optimisers, and tells plugins that ask by the WP Consent API.
 * Version:           0.1.0
 * Requires at least: 6.4
 * Requires PHP:      7.4
 * License:           Apache-2.0
 * License URI:       https://www.apache.org/licenses/LICENSE-2.0
 * Text Domain:       placet
 *
 * @package Placet
 */

defined( 'ABSPATH' ) || exit;

const PLACET_VERSION = '0.1.0';

/**
 * What keeps optimisers from delaying, joining or rewriting our tag, each by its own documentation: Autoptimize, LiteSpeed
 * Cache (two), WP Rocket, Cloudflare's Rocket Loader, PageSpeed, Jetpack Boost.
 */
const PLACET_LEFT_ALONE = array(
	'data-noptimize'          => '1',
	'data-no-optimize'        => '1',
	'data-no-defer'           => '1',
	'nowprocket'              => '',
	'data-cfasync'            => 'false',
	'data-pagespeed-no-defer' => '1',
	'data-jetpack-boost'      => 'ignore',
);

/** Returns the loader's address: the constant PLACET_LOADER where there is one, else the setting; empty: not set up. */
function placet_address() {
	$address = defined( 'PLACET_LOADER' ) ? PLACET_LOADER : (string) get_option( 'placet_loader', '' );
	return placet_clean_address( $address );
}

/** Returns an address such as https://consent.example/s/s_….js, and nothing for anything else. */
function placet_clean_address( $address ) {
	$address = trim( (string) $address );
	return preg_match( '~^https?://[^\s/"\'<>]+(/[\w.-]+)*/s/s_[\w-]+\.js$~', $address ) ? $address : '';
}

/** Prints one script tag of ours. */
function placet_print_tag( $address ) {
	$attributes = '';
	foreach ( PLACET_LEFT_ALONE as $name => $value ) {
		$attributes .= '' === $value ? ' ' . $name : ' ' . $name . '="' . esc_attr( $value ) . '"';
	}
	echo '<script src="' . esc_url( $address ) . '"' . $attributes . "></script>\n"; // phpcs:ignore WordPress.Security.EscapeOutput, WordPress.WP.EnqueuedResources -- it must stand first, which enqueued scripts cannot.
}

/** First in the head: what comes after it is held. */
function placet_print_first() {
	$address = placet_address();
	if ( '' === $address || is_admin() ) {
		return;
	}
	placet_print_tag( $address );
	placet_print_tag( plugins_url( 'wp-consent.js', __FILE__ ) );
}
add_action( 'wp_head', 'placet_print_first', PHP_INT_MIN );

/** The WP Consent API asks who fills it. */
add_filter( 'wp_consent_api_registered_' . plugin_basename( __FILE__ ), '__return_true' );

/** One field under Settings, Reading would be lost: a page of its own. */
function placet_add_page() {
	add_options_page( 'Placet', 'Placet', 'manage_options', 'placet', 'placet_show_page' );
}
add_action( 'admin_menu', 'placet_add_page' );

function placet_register_setting() {
	register_setting(
		'placet',
		'placet_loader',
		array(
			'type'              => 'string',
			'default'           => '',
			'sanitize_callback' => 'placet_save_address',
		)
	);
}
add_action( 'admin_init', 'placet_register_setting' );

/** What is no loader's address is refused in words, and the former one stays. */
function placet_save_address( $typed ) {
	$address = placet_clean_address( $typed );
	if ( '' === $address && '' !== trim( (string) $typed ) ) {
		add_settings_error( 'placet_loader', 'placet_loader', __( 'That is not the address of a loader. The desk shows it: https://consent.example/s/s_….js', 'placet' ) );
		return (string) get_option( 'placet_loader', '' );
	}
	return $address;
}

function placet_show_page() {
	?>
	<div class="wrap">
		<h1>Placet</h1>
		<form method="post" action="options.php">
			<?php settings_fields( 'placet' ); ?>
			<table class="form-table" role="presentation">
				<tr>
					<th scope="row"><label for="placet_loader"><?php esc_html_e( 'Address of the loader', 'placet' ); ?></label></th>
					<td>
						<input class="regular-text code" type="url" id="placet_loader" name="placet_loader" value="<?php echo esc_attr( get_option( 'placet_loader', '' ) ); ?>" <?php disabled( defined( 'PLACET_LOADER' ) ); ?>>
						<p class="description"><?php esc_html_e( 'The desk shows it: https://consent.example/s/s_….js', 'placet' ); ?></p>
					</td>
				</tr>
			</table>
			<?php submit_button(); ?>
		</form>
	</div>
	<?php
}
